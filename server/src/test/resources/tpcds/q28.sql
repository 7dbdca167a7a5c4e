-- Lines that are much of what the web sold of an item: windows over a fact table that has more columns.
select ws_item_sk, ws_order_number, ws_quantity, of_item, place
from (
    select
        ws_item_sk,
        ws_order_number,
        ws_quantity,
        sum(ws_quantity) over (partition by ws_item_sk) as of_item,
        dense_rank() over (partition by ws_item_sk order by ws_quantity desc) as place
    from web_sales
) lines
where ws_quantity * 8 > of_item and place <= 3
order by ws_item_sk, ws_order_number
