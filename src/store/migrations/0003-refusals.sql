-- What a refusal was about: those of the message itself are counted, and stop their edition.
alter table deliveries add column refusal text check (refusal in ('address', 'message'));
create index deliveries_message_refused on deliveries (edition_id) where refusal = 'message';
