SELECT * FROM (
  SELECT i.i_category, i.item_sk, SUM(s.ss_quantity) AS sold,
    ROW_NUMBER() OVER (PARTITION BY i.i_category ORDER BY SUM(s.ss_quantity) DESC, i.item_sk) AS place
  FROM store_sales s JOIN item i ON s.item_sk = i.item_sk
  GROUP BY i.i_category, i.item_sk
) AS ranked
WHERE place <= 3
ORDER BY i_category NULLS LAST, place
