-- Tells whether this is the ledger that sent last, or a copy from a backup; see fence.ts.
create table ledger (
  one boolean primary key default true check (one),
  -- Anew after each confirmed restore, as what goes out from then on is another history.
  instance uuid not null default gen_random_uuid(),
  -- Of the database server it was seen on last; null where that cannot be asked.
  system_identifier text,
  -- Other instances, and up to which mark staff have confirmed that it goes on from them.
  continues jsonb not null default '{}'
);
insert into ledger default values;

-- How many batches went to the wire: the sum. Rows and not a sequence, as a dump has these as of its
-- snapshot; several of them, so that batches seldom wait for each other's commit.
create table ledger_marks (
  stripe smallint primary key,
  mark bigint not null default 0
);
insert into ledger_marks select generate_series(0, 15);

-- Set by a confirmed restore, until the next successful poll: what that brings may have gone out.
alter table feeds add column restored_at timestamptz;
