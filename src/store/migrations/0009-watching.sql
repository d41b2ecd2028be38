-- What the watcher remembers of feeds and their hosts, so that a restart asks nobody again.

alter table feeds
  -- The config's URL that next_poll_at, failures and gone_at belong to.
  add column planned_url text,
  -- Why `next_poll_at` is when it is, in words.
  add column next_poll_reason text,
  -- What the feed itself asks for: { every, skipHours, skipDays }. An unchanged feed is not parsed again.
  add column asks jsonb,
  -- It answered 410, and is not polled by itself any more.
  add column gone_at timestamptz,
  -- Where permanent redirects lead to, how often in a row, and since when.
  add column moving_to text,
  add column moving_times integer not null default 0,
  add column moving_since timestamptz,
  -- Where it is polled instead of at `url`, once the redirects were believed.
  add column moved_to text,
  -- When it last sent its whole document rather than "not modified", and where that was found.
  add column whole_at timestamptz,
  add column whole_from text,
  -- When its newest article came out, and seconds from one article to the next.
  add column last_news_at timestamptz,
  add column rhythm integer;

update feeds set whole_at = last_success_at, planned_url = url;

-- Hosts that asked to be left alone.
create table host_pauses (
  host text primary key,
  until timestamptz not null
);

-- For the newest articles of a feed, which tell its rhythm.
create index articles_of_feed on articles (feed_id, seen_order);
