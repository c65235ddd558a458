-- Only cancelAll(name) looked for it, which nobody calls while many are armed; but every hold wrote it twice.
DROP INDEX store.deadline_name;
