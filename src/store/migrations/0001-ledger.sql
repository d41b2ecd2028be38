-- The ledger: what was seen, what was frozen, what is to be delivered, and what became of it.
-- Times of the domain come from the caller's clock; leases run on the database's.

create table settings (
  name text primary key,
  value text not null
);

-- Processes that are alive hold the advisory lock of their number (see processes.ts).
create sequence process_number as integer cycle;
create table processes (
  number integer primary key,
  host text not null,
  pid integer not null,
  roles text[] not null,
  started_at timestamptz not null default now()
);

-- What happened that staff may want to know, and who did it. Append-only.
create table events (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  kind text not null,
  -- `attention`: somebody has to look at it.
  level text not null check (level in ('info', 'attention')),
  subject text not null,
  message text not null
);
create index events_subject on events (subject, id);

-- What polling has learned. `url` is the one that baseline and validators belong to.
create table feeds (
  id text primary key,
  url text not null,
  seeded_at timestamptz,
  etag text,
  last_modified text,
  body_hash text,
  title text,
  next_poll_at timestamptz,
  last_poll_at timestamptz,
  last_success_at timestamptz,
  failures integer not null default 0,
  last_outcome text
);

-- The order of release is the order that windows run by; see the lock in articles.ts.
create sequence release_order;
create table articles (
  id uuid primary key,
  -- Within one poll the oldest comes first.
  seen_order bigint generated always as identity unique,
  feed_id text not null references feeds (id),
  state text not null check (state in ('waiting', 'held', 'released', 'seeded')),
  hold_reason text,
  revision integer not null,
  seen_at timestamptz not null,
  release_at timestamptz,
  released_at timestamptz,
  release_order bigint unique,
  -- When its alerts were frozen; null while that is to be done.
  alerted_at timestamptz,
  check ((state in ('released', 'seeded')) = (release_order is not null))
);
create index articles_waiting on articles (release_at) where state = 'waiting';
create index articles_unalerted on articles (released_at) where state = 'released' and alerted_at is null;
create index articles_held on articles (feed_id) where state = 'held';

-- Every name an article is known by: `guid:<feed>:<guid>` and `url:<canonical URL>`.
create table article_aliases (
  alias text primary key,
  article_id uuid not null references articles (id)
);
create index article_aliases_article on article_aliases (article_id);

create table revisions (
  article_id uuid not null references articles (id),
  revision integer not null,
  entry_hash text not null,
  content jsonb not null,
  -- What staff should know of how it was read.
  note text,
  seen_at timestamptz not null,
  primary key (article_id, revision)
);

-- The address is null once a person was forgotten; the hash is keyed, and stays.
create table destinations (
  id uuid primary key,
  channel text not null,
  address text,
  address_hash bytea not null,
  name text,
  language text not null,
  state text not null check (state in ('active', 'inactive')),
  created_at timestamptz not null,
  unique (channel, address_hash)
);

-- Profiles.
create table subscriptions (
  destination_id uuid not null references destinations (id) on delete cascade,
  program_id text not null,
  cadence text not null check (cadence in ('instant', 'daily', 'weekly')),
  since timestamptz not null,
  primary key (destination_id, program_id)
);
create index subscriptions_audience on subscriptions (program_id, cadence, destination_id);

-- Append-only: what a subscriber agreed to or withdrew, when, and how we know.
create table consents (
  id bigint generated always as identity primary key,
  destination_id uuid not null references destinations (id) on delete cascade,
  at timestamptz not null,
  act text not null check (act in ('given', 'withdrawn')),
  programs text[] not null,
  origin text not null,
  actor text not null
);
create index consents_destination on consents (destination_id, id);

-- Tied to no destination, so that it outlives every one of them.
create table suppressions (
  address_hash bytea primary key,
  reason text not null,
  actor text not null,
  at timestamptz not null
);

create table editions (
  id uuid primary key,
  key text not null unique,
  kind text not null check (kind in ('alert', 'digest')),
  language text not null,
  state text not null check (state in ('assembling', 'ready')),
  content jsonb not null,
  -- The last destination that was written into the frozen list, while assembling.
  assembled_to uuid,
  created_at timestamptz not null,
  ready_at timestamptz
);
create index editions_assembling on editions (created_at) where state = 'assembling';

create table edition_articles (
  edition_id uuid not null references editions (id),
  article_id uuid not null references articles (id),
  revision integer not null,
  primary key (edition_id, article_id)
);
create index edition_articles_article on edition_articles (article_id);

-- One per edition and channel, frozen with it; `failure` where it could not be rendered.
create table renderings (
  edition_id uuid not null references editions (id),
  channel text not null,
  rendered jsonb,
  failure text,
  primary key (edition_id, channel),
  check ((rendered is null) <> (failure is null))
);

-- pending -> claimed -> sending -> accepted | rejected | uncertain | skipped, and back to pending
-- when a claim never reached the wire or the attempt was deferred.
create table deliveries (
  edition_id uuid not null references editions (id),
  destination_id uuid not null references destinations (id),
  round smallint not null default 0,
  channel text not null,
  programs text[] not null,
  state text not null default 'pending' check (
    state in ('pending', 'claimed', 'sending', 'accepted', 'rejected', 'uncertain', 'skipped')
  ),
  attempts smallint not null default 0,
  -- Deferred until then.
  not_before timestamptz,
  -- The batch it is claimed in, the process that claimed it, and until when.
  claim uuid,
  owner integer,
  lease_until timestamptz,
  -- The other side's words, or why not.
  detail text,
  external_id text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (edition_id, destination_id, round)
);
create index deliveries_pending on deliveries (edition_id, channel) where state = 'pending';
create index deliveries_taken on deliveries (edition_id, channel) where state in ('claimed', 'sending');
create index deliveries_destination on deliveries (destination_id);

-- Attempts that settled nothing. The last one of each delivery is its receipt.
create table attempts (
  edition_id uuid not null,
  destination_id uuid not null,
  round smallint not null,
  attempt smallint not null,
  at timestamptz not null,
  outcome text not null,
  detail text not null,
  foreign key (edition_id, destination_id, round) references deliveries
);
create index attempts_delivery on attempts (edition_id, destination_id, round);
