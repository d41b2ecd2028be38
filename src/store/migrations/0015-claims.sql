-- Claims are taken in order from this index, so that a claim costs the same however many readers wait.
drop index deliveries_pending;
create index deliveries_pending on deliveries (edition_id, channel, destination_id, round)
  where state = 'pending';
