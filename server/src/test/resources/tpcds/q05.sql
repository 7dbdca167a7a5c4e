-- Sales and returns of the channels with subtotals: rollup as UNION ALL of a CTE used three times.
with channels as (
    select 'store' as channel, s_store_id as id, sum(sales) as sales, sum(returns) as returns
    from (
        select ss_store_sk as store, ss_sold_date_sk as day, ss_ext_sales_price as sales, cast(0 as decimal(7, 2)) as returns
        from store_sales
        union all
        select sr_store_sk as store, sr_returned_date_sk as day, cast(0 as decimal(7, 2)) as sales, sr_return_amt as returns
        from store_returns
    ) moves, date_dim, store
    where day = d_date_sk and store = s_store_sk and d_date between date '2000-08-01' and date '2000-10-31'
    group by s_store_id
    union all
    select 'web' as channel, w_warehouse_name as id, sum(ws_ext_sales_price) as sales, sum(cast(0 as decimal(7, 2))) as returns
    from web_sales, date_dim, warehouse
    where ws_sold_date_sk = d_date_sk and ws_warehouse_sk = w_warehouse_sk
        and d_date between date '2000-08-01' and date '2000-10-31'
    group by w_warehouse_name
)
select channel, id, sum(sales) as sales, sum(returns) as returns from channels group by channel, id
union all
select channel, null as id, sum(sales) as sales, sum(returns) as returns from channels group by channel
union all
select null as channel, null as id, sum(sales) as sales, sum(returns) as returns from channels
order by channel nulls first, id nulls first
