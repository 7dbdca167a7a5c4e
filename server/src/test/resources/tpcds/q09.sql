-- Buckets of quantities, each with the average that fits: scalar subqueries in CASE.
select
    case when (select count(*) from store_sales where ss_quantity between 1 and 10) > 4000
        then (select sum(ss_ext_discount_amt) from store_sales where ss_quantity between 1 and 10)
        else (select sum(ss_net_paid) from store_sales where ss_quantity between 1 and 10) end as bucket1,
    case when (select count(*) from store_sales where ss_quantity between 11 and 20) > 4000
        then (select sum(ss_ext_discount_amt) from store_sales where ss_quantity between 11 and 20)
        else (select sum(ss_net_paid) from store_sales where ss_quantity between 11 and 20) end as bucket2,
    case when (select count(*) from store_sales where ss_quantity between 21 and 40) > 4000
        then (select sum(ss_ext_discount_amt) from store_sales where ss_quantity between 21 and 40)
        else (select sum(ss_net_paid) from store_sales where ss_quantity between 21 and 40) end as bucket3
from store
where s_store_sk = 1
