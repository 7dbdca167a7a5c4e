SELECT s.s_state, i.i_category, SUM(ss.ss_quantity) AS sold
FROM store_sales ss, store s, item i
WHERE ss.store_sk = s.store_sk AND ss.item_sk = i.item_sk AND i.i_size <> 'M'
GROUP BY s.s_state, i.i_category
ORDER BY s.s_state, i.i_category NULLS FIRST
