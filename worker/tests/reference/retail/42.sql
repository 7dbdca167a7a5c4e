SELECT d_year, COUNT(*) AS days, COUNT(*) FILTER (WHERE d_holiday) AS holidays, STRING_AGG(CAST(d_qoy AS VARCHAR), '' ORDER BY d_date) AS quarters
FROM date_dim
WHERE d_dow = 7
GROUP BY d_year
ORDER BY d_year
