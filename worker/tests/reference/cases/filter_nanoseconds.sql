-- Was a 400: "The worker asked for a plan with a filter that can't be read."
-- tables: t=nanoseconds
SELECT id, a FROM t WHERE ns < TIMESTAMP '2026-01-01 18:44:00'
