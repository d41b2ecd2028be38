-- Digests: when each destination's windows close, how far they reach, and what staff may stop.

-- Null until the service has filled in the newsroom's own (destinations made before digests existed).
alter table destinations
  add column timezone text,
  add column digest_hour smallint check (digest_hour between 0 and 23),
  add column digest_weekday smallint check (digest_weekday between 1 and 7);

-- A window is (covered_until, close], by the order of release. `due_at` is when it closes; an instant
-- subscription that was a digest's keeps it for what its last window still owes.
alter table subscriptions
  add column covered_until bigint,
  add column due_at timestamptz;
update subscriptions set covered_until = (select coalesce(max(release_order), 0) from articles);
alter table subscriptions alter column covered_until set not null;
create index subscriptions_due on subscriptions (due_at) where due_at is not null;

alter table editions
  -- Of a digest: when its window closed.
  add column closes_at timestamptz,
  -- Of one that brings a newer revision: the edition whose frozen list it has.
  add column corrects uuid references editions (id),
  add column held_at timestamptz,
  add column hold_reason text;

alter table feeds
  add column held_at timestamptz,
  add column hold_reason text;

-- One per destination and local date, so that nobody gets two digests on one date.
create table windows (
  destination_id uuid not null references destinations (id) on delete cascade,
  on_date date not null,
  closed_at timestamptz not null,
  -- The last number in the order of release that it covers.
  covers_until bigint not null,
  programs text[] not null,
  -- Null where there was nothing to send, for this reason.
  edition_id uuid references editions (id),
  reason text,
  primary key (destination_id, on_date),
  check ((edition_id is null) <> (reason is null))
);
create index windows_edition on windows (edition_id);

-- What staff sent again. The key follows from the plan, so that confirming a plan twice is one resend.
create table resends (
  key text primary key,
  edition_id uuid not null references editions (id),
  at timestamptz not null,
  actor text not null,
  reason text not null,
  deliveries integer not null
);
alter table deliveries add column resend text references resends (key);
