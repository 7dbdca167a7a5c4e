-- Stores by weekday as columns, this year against the last: pivot by CASE, self join.
with wss as (
    select
        d_year, ss_store_sk,
        sum(case when d_dow = 0 then ss_sales_price else null end) as sun,
        sum(case when d_dow = 3 then ss_sales_price else null end) as wed,
        sum(case when d_dow = 6 then ss_sales_price else null end) as sat,
        count(distinct case when d_weekend then ss_ticket_number end) as weekend_tickets
    from store_sales, date_dim
    where d_date_sk = ss_sold_date_sk
    group by d_year, ss_store_sk
)
select s_store_name, y.d_year, y.sun / x.sun as sun, y.wed / x.wed as wed, y.sat / x.sat as sat, y.weekend_tickets - x.weekend_tickets as more
from wss y
join wss x on x.ss_store_sk = y.ss_store_sk and x.d_year = y.d_year - 1
join store on s_store_sk = y.ss_store_sk
order by s_store_name, y.d_year
