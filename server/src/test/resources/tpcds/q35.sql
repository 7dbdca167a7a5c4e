-- Items on hand that the catalogue sells: IN over a join, HAVING between.
select i_item_id, i_item_desc, i_current_price
from item
where i_current_price between 20 and 80
    and i_manufact_id between 1 and 20
    and i_item_sk in (
        select inv_item_sk from inventory, date_dim
        where inv_date_sk = d_date_sk and d_date between date '2001-01-15' and date '2001-03-15'
            and inv_quantity_on_hand between 100 and 300
        group by inv_item_sk
        having count(*) between 5 and 100
    )
    and i_item_sk in (select cs_item_sk from catalog_sales)
order by i_item_id, i_item_desc
