-- Growth and fall of the running total of two channels, day by day: FULL JOIN of windows over aggregates.
with web as (
    select ws_item_sk as item, d_date as day,
        sum(sum(ws_sales_price)) over (partition by ws_item_sk order by d_date rows between unbounded preceding and current row) as total
    from web_sales, date_dim
    where ws_sold_date_sk = d_date_sk and d_year = 2001 and ws_item_sk < 40
    group by ws_item_sk, d_date
),
shop as (
    select ss_item_sk as item, d_date as day,
        sum(sum(ss_sales_price)) over (partition by ss_item_sk order by d_date rows between unbounded preceding and current row) as total
    from store_sales, date_dim
    where ss_sold_date_sk = d_date_sk and d_year = 2001 and ss_item_sk < 40
    group by ss_item_sk, d_date
)
select coalesce(web.item, shop.item) as item, coalesce(web.day, shop.day) as day, web.total as web_total, shop.total as shop_total
from web full join shop on web.item = shop.item and web.day = shop.day
order by item, day
limit 200 offset 50
