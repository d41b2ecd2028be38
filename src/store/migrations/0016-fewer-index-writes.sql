-- PostgreSQL writes a changed row into every index of its table, unless no column that an index names has
-- changed; its page has to have room, too (a heap-only tuple). So the indexes name what a delivery's way to
-- the wire leaves as it is: its owner, from the claim to the receipt, and when it was settled. They do not
-- name the state.
alter table deliveries set (fillfactor = 50);

-- What is not claimed has no owner, and what is not settled has no time of it. Earlier versions of
-- Broadsheet left some of these as they were.
update deliveries set owner = null where owner is not null and state not in ('claimed', 'sending');
update deliveries set settled_at = created_at
  where settled_at is null and state not in ('pending', 'claimed', 'sending');
update deliveries set settled_at = null
  where settled_at is not null and state in ('pending', 'claimed', 'sending');

drop index deliveries_pending;
create index deliveries_waiting on deliveries (edition_id, channel, destination_id, round)
  where owner is null and settled_at is null;
drop index deliveries_taken;
create index deliveries_taken on deliveries (edition_id, channel) where owner is not null;

-- Whether staff have to be told of it in an event, in place of when they were.
alter table deliveries add column unreported boolean not null default false;
update deliveries set unreported = true where reported_at is null and (state = 'uncertain'
  or (state = 'rejected' and (channel <> 'email' or detail like 'Given up %')));
alter table deliveries drop column reported_at;
create index deliveries_unreported on deliveries (edition_id, channel) where unreported;
