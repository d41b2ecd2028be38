-- What came back of a delivery after it was accepted. Each kind once per delivery, so that a report that
-- comes again counts once.
create table bounces (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  edition_id uuid not null,
  destination_id uuid not null references destinations (id) on delete cascade,
  round smallint not null,
  -- `hard`: there is no such mailbox; `soft`: it takes no mail now; `blocked`: the message or its sender
  -- was refused; `complaint`: the reader called it unwanted.
  kind text not null check (kind in ('hard', 'soft', 'blocked', 'complaint')),
  -- The enhanced status code, or the reply code; null where none was given.
  status text,
  -- The other side's words, without an address.
  diagnostic text not null,
  unique (destination_id, edition_id, round, kind),
  foreign key (edition_id, destination_id, round) references deliveries
);
create index bounces_edition on bounces (edition_id);
