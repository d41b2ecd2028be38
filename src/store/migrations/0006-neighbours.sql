-- What Broadsheet needs and cannot use just now, and what staff were told of.

-- One row for each neighbour that fails; it goes when the neighbour works again.
create table neighbours (
  -- `email`, `discord`, `queue`, `staff:<channel>`, or `destination:<id>` of one that the config names.
  name text primary key,
  failing_since timestamptz not null,
  -- When it was last tried, in vain.
  tried_at timestamptz not null,
  message text not null,
  -- When an event told of it.
  reported_at timestamptz
);

-- One row for each way of telling staff: a mailbox (as a keyed hash), or the Discord channel of staff.
create table staff_ways (
  way text primary key,
  -- The last event before the config named it: what happened until then counts as told.
  after_event bigint not null
);
create table staff_told (
  way text not null references staff_ways (way) on delete cascade,
  event_id bigint not null references events (id),
  at timestamptz not null,
  primary key (way, event_id)
);
create index events_attention on events (id) where level = 'attention';

-- Deliveries that ended so that staff have to look, once an event has told of them.
alter table deliveries add column reported_at timestamptz;
update deliveries set reported_at = coalesce(settled_at, created_at) where state in ('uncertain', 'rejected');
create index deliveries_unreported on deliveries (edition_id, channel)
  where reported_at is null
    and (state = 'uncertain' or (state = 'rejected' and (channel <> 'email' or detail like 'Given up %')));
