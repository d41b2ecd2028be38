-- The output feed of a program asks for its articles: without this it reads every article there is, as
-- what the planner guesses of a jsonb is far too little.
create index revisions_programs on revisions using gin ((content -> 'programs'));
