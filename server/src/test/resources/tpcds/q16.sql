-- Orders that ship from more than one warehouse: EXISTS with <>, NOT EXISTS, count distinct.
select
    count(distinct cs1.cs_order_number) as orders,
    sum(cs1.cs_ext_sales_price) as price,
    sum(cs1.cs_net_profit) as profit
from catalog_sales cs1, date_dim
where cs1.cs_ship_date_sk = d_date_sk
    and d_date between date '2000-02-01' and date '2000-09-30'
    and exists (
        select 1 from catalog_sales cs2
        where cs2.cs_order_number = cs1.cs_order_number and cs2.cs_warehouse_sk <> cs1.cs_warehouse_sk
    )
    and not exists (
        select 1 from web_sales where ws_bill_customer_sk = cs1.cs_bill_customer_sk and ws_item_sk = cs1.cs_item_sk
    )
