SELECT i.item_sk, i.i_class
FROM item i ANTI JOIN (SELECT item_sk FROM inventory WHERE inv_quantity < 25) v ON i.item_sk = v.item_sk
ORDER BY i.item_sk
