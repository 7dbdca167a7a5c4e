-- Tickets of customers by store and colour whose sum exceeds a share of the mean: CTE in HAVING.
with lines as (
    select c_last_name, c_first_name, s_store_name, i_color, sum(ss_net_paid) as paid
    from store_sales, store_returns, store, item, customer
    where ss_ticket_number = sr_ticket_number
        and ss_item_sk = sr_item_sk
        and ss_customer_sk = c_customer_sk
        and ss_item_sk = i_item_sk
        and ss_store_sk = s_store_sk
        and s_state in ('TN', 'GA')
    group by c_last_name, c_first_name, s_store_name, i_color
)
select c_last_name, c_first_name, s_store_name, sum(paid) as paid
from lines
where i_color in ('coral', 'khaki', 'plum')
group by c_last_name, c_first_name, s_store_name
having sum(paid) > (select sum(paid) * 0.9 / count(*) from lines)
order by c_last_name nulls last, c_first_name nulls last, s_store_name
