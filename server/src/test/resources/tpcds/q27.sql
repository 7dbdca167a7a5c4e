-- Price bands with distinct prices: three derived tables of one row each, joined by CROSS JOIN.
select b1.*, b2.*, b3.*
from (
    select sum(ss_list_price) as sum1, count(ss_list_price) as n1, count(distinct ss_list_price) as d1
    from store_sales where ss_quantity between 0 and 5 and (ss_list_price between 8 and 90 or ss_coupon_amt > 20)
) b1
cross join (
    select sum(ss_list_price) as sum2, count(ss_list_price) as n2, count(distinct ss_list_price) as d2
    from store_sales where ss_quantity between 6 and 10 and (ss_list_price between 90 and 140 or ss_coupon_amt > 10)
) b2
cross join (
    select sum(ss_list_price) as sum3, count(ss_list_price) as n3, count(distinct ss_list_price) as d3
    from store_sales where ss_quantity between 11 and 40 and (ss_list_price between 20 and 120 or ss_wholesale_cost > 60)
) b3
