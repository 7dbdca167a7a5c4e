-- Baskets of some size at the start of a month: aggregate joined to a dimension afterwards.
select c_last_name, c_first_name, c_customer_id, ss_ticket_number, n
from (
    select ss_ticket_number, ss_customer_sk, count(*) as n
    from store_sales, date_dim, store, household_demographics
    where ss_sold_date_sk = d_date_sk
        and ss_store_sk = s_store_sk
        and ss_hdemo_sk = hd_demo_sk
        and (d_dom between 1 and 3 or d_dom between 25 and 28)
        and (hd_buy_potential = '>10000' or hd_buy_potential = 'Unknown')
        and hd_vehicle_count > 0
        and case when hd_vehicle_count > 0 then hd_dep_count * 10 / hd_vehicle_count else null end > 12
    group by ss_ticket_number, ss_customer_sk
) tickets, customer
where ss_customer_sk = c_customer_sk and n between 3 and 6
order by c_last_name nulls last, c_first_name nulls last, n desc, ss_ticket_number
