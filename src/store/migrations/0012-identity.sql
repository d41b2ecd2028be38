-- What the watcher needs to tell old entries from new ones.

-- Entries in the last document of the feed that was believed.
alter table feeds add column entries integer not null default 0;

-- Each feed is read once more, so that its articles are known by their titles too.
update feeds set etag = null, last_modified = null, body_hash = null;
