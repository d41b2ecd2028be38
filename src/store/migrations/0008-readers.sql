-- What readers do themselves: they sign up, change what they get, and are written to about that.

-- While it is in the future, nothing goes out to the reader.
alter table destinations add column paused_until timestamptz;

-- What a reader was shown and agreed to, where it came from a page: its text and version, and the network.
alter table consents add column evidence jsonb;

-- Waiting for its owner to confirm. What was chosen goes once it is confirmed or too late; that the
-- address was asked stays for a while.
create table signups (
  id uuid primary key,
  address_hash bytea not null unique,
  address text,
  language text not null,
  -- Program by cadence.
  profile jsonb not null,
  schedule jsonb not null,
  evidence jsonb not null,
  at timestamptz not null,
  expires_at timestamptz not null,
  confirmed_at timestamptz
);
create index signups_expiring on signups (expires_at);

-- From the address a destination has to another, once both ends have confirmed it.
create table address_changes (
  id uuid primary key,
  destination_id uuid not null unique references destinations (id) on delete cascade,
  address text not null,
  address_hash bytea not null,
  at timestamptz not null,
  expires_at timestamptz not null,
  old_confirmed_at timestamptz,
  new_confirmed_at timestamptz,
  done_at timestamptz
);

-- Mails that are no editions. Address and content go once it is settled; the hash stays for a while, as
-- nobody is asked twice a day.
create table letters (
  id uuid primary key,
  channel text not null default 'email',
  -- What it is about, such as `confirm`.
  kind text not null,
  address_hash bytea not null,
  address text,
  content jsonb,
  created_at timestamptz not null,
  -- After that it is of no use any more.
  expires_at timestamptz not null,
  state text not null default 'pending' check (
    state in ('pending', 'sending', 'accepted', 'rejected', 'uncertain', 'expired')
  ),
  attempts smallint not null default 0,
  not_before timestamptz,
  settled_at timestamptz
);
create index letters_pending on letters (created_at) where state = 'pending';
create index letters_asked on letters (address_hash, kind, created_at);

-- As rate-limiter-flexible keeps them: shared by all processes of the web. The keys are keyed hashes.
create table limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
