-- Days, weeks and items in one: running sum of each item by month, moving over a CTE.
with monthly as (
    select i_item_sk, i_category, d_year, d_moy, sum(ss_net_paid) as paid
    from store_sales join item on ss_item_sk = i_item_sk join date_dim on ss_sold_date_sk = d_date_sk
    where i_category in ('Music', 'Shoes')
    group by i_item_sk, i_category, d_year, d_moy
)
select
    i_item_sk,
    d_year,
    d_moy,
    paid,
    sum(paid) over (partition by i_item_sk order by d_year, d_moy rows between unbounded preceding and current row) as so_far
from monthly
where paid > 200
order by i_item_sk, d_year, d_moy
