-- What each item has of the revenue of its class: ratio of an aggregate to a window over it.
select
    i_item_sk,
    i_category,
    i_class,
    sum(ws_ext_sales_price) as revenue,
    sum(ws_ext_sales_price) * 100 / sum(sum(ws_ext_sales_price)) over (partition by i_category, i_class) as ratio
from web_sales, item, date_dim
where ws_item_sk = i_item_sk
    and i_category in ('Sports', 'Books', 'Home')
    and ws_sold_date_sk = d_date_sk
    and d_date between date '1999-02-22' and date '1999-02-22' + interval '180 days'
group by i_item_sk, i_category, i_class
order by i_category, i_class, revenue desc, i_item_sk
