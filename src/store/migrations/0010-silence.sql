-- Feeds that answer and bring nothing new, and programs in which nobody publishes: one row for each, as
-- long as it is silent. Staff were told when it was made.
create table silences (
  -- `feed:<id>` or `program:<id>`.
  subject text primary key,
  -- When its newest article came.
  since timestamptz not null,
  noticed_at timestamptz not null,
  message text not null
);

-- Which feeds an article came in is in the names that it is known by.
create index article_aliases_feed on article_aliases (article_id) where alias like 'guid:%';

alter table feeds
  -- Which parser read the feed last, and why not the first.
  add column parser text,
  add column parser_note text;
