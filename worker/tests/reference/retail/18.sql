SELECT i.item_sk, i.i_category, i.i_current_price
FROM item i
QUALIFY i.i_current_price > AVG(i.i_current_price) OVER (PARTITION BY i.i_category)
ORDER BY i.item_sk
