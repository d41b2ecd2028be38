-- Tells whether this is the ledger that sent last, or a copy from a backup; see fence.ts.
create table ledger (
  one boolean primary key default true check (one),
  -- Anew after each confirmed restore, as what goes out from then on is another history.
  instance uuid not null default gen_random_uuid(),
  -- How many batches went to the wire. A row and not a sequence: a dump has it as of its snapshot.
  mark bigint not null default 0,
  -- Of the database server it was seen on last; null where that cannot be asked.
  system_identifier text,
  -- Other instances, and up to which mark staff have confirmed that it goes on from them.
  continues jsonb not null default '{}'
);
insert into ledger default values;

-- Set by a confirmed restore, until the next successful poll: what that brings may have gone out.
alter table feeds add column restored_at timestamptz;
