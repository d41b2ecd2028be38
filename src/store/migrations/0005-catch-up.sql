-- Since when an alert could have gone out, so that one that waited too long is skipped. Time that staff
-- held it or paused all sending does not count. Null where age does not matter: digests, corrections,
-- and what was frozen before.
alter table editions add column waits_since timestamptz;
