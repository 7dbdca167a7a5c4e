-- Profit of items that came back and were bought again, by store: LEFT JOIN of two facts.
select
    i_item_id,
    s_store_id,
    sum(ss_net_profit) as profit,
    sum(sr_net_loss) as loss,
    sum(case when sr_ticket_number is null then 1 else 0 end) as kept
from store_sales
left join store_returns on ss_ticket_number = sr_ticket_number and ss_item_sk = sr_item_sk
join item on ss_item_sk = i_item_sk
join store on ss_store_sk = s_store_sk
join date_dim on ss_sold_date_sk = d_date_sk
where d_moy between 4 and 10 and d_year = 2001
group by i_item_id, s_store_id
having count(sr_ticket_number) > 0
order by i_item_id, s_store_id
limit 100 offset 20
