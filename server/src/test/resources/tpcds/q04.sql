-- Customers whose catalogue purchases grow faster than those in stores: six joins of one CTE with itself.
with yearly as (
    select c_customer_id as id, d_year as year, 's' as channel, sum(ss_ext_sales_price - ss_ext_discount_amt) as total
    from customer, store_sales, date_dim
    where c_customer_sk = ss_customer_sk and ss_sold_date_sk = d_date_sk
    group by c_customer_id, d_year
    union all
    select c_customer_id as id, d_year as year, 'c' as channel, sum(cs_ext_sales_price - cs_ext_discount_amt) as total
    from customer, catalog_sales, date_dim
    where c_customer_sk = cs_bill_customer_sk and cs_sold_date_sk = d_date_sk
    group by c_customer_id, d_year
)
select s1.id, s1.total as store_first, s2.total as store_second, c1.total as catalog_first, c2.total as catalog_second
from yearly s1
join yearly s2 on s2.id = s1.id and s2.channel = 's' and s2.year = 2001
join yearly c1 on c1.id = s1.id and c1.channel = 'c' and c1.year = 2000
join yearly c2 on c2.id = s1.id and c2.channel = 'c' and c2.year = 2001
where s1.channel = 's' and s1.year = 2000 and s1.total > 0 and c1.total > 0
    and c2.total / c1.total > s2.total / s1.total
order by s1.id
