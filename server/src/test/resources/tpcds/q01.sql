-- Customers whose returns of a year exceed 1.2 times the average of their store: CTE used twice, correlated scalar
-- subquery.
with totals as (
    select sr_customer_sk as customer, sr_store_sk as store, sum(sr_return_amt) as returned
    from store_returns join date_dim on sr_returned_date_sk = d_date_sk
    where d_year = 2000
    group by sr_customer_sk, sr_store_sk
)
select c_customer_id, s_store_name, t.returned
from totals t
join store on s_store_sk = t.store
join customer on c_customer_sk = t.customer
where t.returned > (select sum(u.returned) * 1.2 / count(*) from totals u where u.store = t.store)
order by c_customer_id, s_store_name, t.returned
limit 100
