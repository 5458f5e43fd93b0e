-- Step 2: which characters the full-text index takes for one, so that a word typed in either script
-- can be folded in SQL as the index was. The rows, and the index made anew, are the program's part.

CREATE TABLE fold (
    character TEXT PRIMARY KEY,
    folded    TEXT NOT NULL -- as the index has it: 會 as 会, 著 as 着
) STRICT, WITHOUT ROWID;
