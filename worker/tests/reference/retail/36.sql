SELECT ss.ticket, ss.ss_list_price
FROM store_sales ss
WHERE ss.item_sk IN (SELECT item_sk FROM item WHERE i_category = 'Music' AND i_size = 'S')
  AND ss.customer_sk NOT IN (SELECT customer_sk FROM web_sales WHERE ws_quantity = 8)
ORDER BY ss.ss_list_price DESC, ss.ticket
LIMIT 50
