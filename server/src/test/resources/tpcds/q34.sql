-- Gross margin by category and class with ranks within the parents: windows over an emulated rollup.
with margins as (
    select i_category, i_class, sum(ss_net_profit) as profit, sum(ss_ext_sales_price) as sales
    from store_sales, date_dim, item, store
    where d_date_sk = ss_sold_date_sk and i_item_sk = ss_item_sk and s_store_sk = ss_store_sk
        and d_year = 2001 and s_state in ('TN', 'GA', 'TX') and i_category is not null
    group by i_category, i_class
),
levels as (
    select i_category, i_class, profit / sales as margin, 0 as level from margins
    union all
    select i_category, null as i_class, sum(profit) / sum(sales) as margin, 1 as level from margins group by i_category
    union all
    select null as i_category, null as i_class, sum(profit) / sum(sales) as margin, 2 as level from margins
)
select
    i_category,
    i_class,
    level,
    margin,
    rank() over (partition by level, case when level = 0 then i_category end order by margin, i_class) as place
from levels
order by level desc, i_category nulls first, place, i_class nulls first
