-- The three items of each category that sell best: rank over an aggregate, QUALIFY.
select i_category, i_item_sk, sum(ss_ext_sales_price) as sales
from store_sales join item on ss_item_sk = i_item_sk
where i_category is not null
group by i_category, i_item_sk
qualify rank() over (partition by i_category order by sum(ss_ext_sales_price) desc) <= 3
order by i_category, sales desc, i_item_sk
