-- WebSub: what Broadsheet has asked of hubs, and what they say.

-- One for each feed, hub and topic.
create table hub_subscriptions (
  -- Random: it ends the callback's address, which nobody but the hub knows.
  id uuid primary key default gen_random_uuid(),
  feed_id text not null,
  hub text not null,
  topic text not null,
  -- PUBLIC_URL, as it was when the hub was asked.
  public_url text not null,
  allow_private boolean not null,
  -- False where it is to end.
  wanted boolean not null default true,
  -- When the hub is asked next, and how often it was since it last confirmed anything.
  ask_at timestamptz not null,
  asked integer not null default 0,
  -- Until when it is confirmed; null before it was, and where the hub denied it.
  lease_until timestamptz,
  -- What came of it last, in one sentence.
  outcome text not null,
  -- The last push that no poll has answered yet with anything new.
  pushed_at timestamptz,
  -- Whether the last news of the feed came after a push.
  proven boolean not null default false,
  -- Pushes with a good signature, and without one.
  pushes integer not null default 0,
  discarded integer not null default 0,
  unique (feed_id, hub, topic)
);

-- How often each output feed has changed.
create table output_feed_changes (
  output_feed text primary key,
  changes bigint not null
);

-- How many of the changes of an output feed a hub was told of.
create table hub_pings (
  hub text not null,
  output_feed text not null,
  told bigint not null default 0,
  ping_at timestamptz not null,
  -- Times in a row that it was told in vain, the one under way included.
  failures integer not null,
  -- Why it was in vain, in one sentence.
  outcome text,
  primary key (hub, output_feed)
);
