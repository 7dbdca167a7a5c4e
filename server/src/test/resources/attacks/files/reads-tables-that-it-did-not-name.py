# Opens the warehouse, and files in its data folder before any table was planned.
def planned():
    names = os.listdir('/job/data')
    if not names:
        raise FileNotFoundError(errno.ENOENT, 'nothing')
    return names
result = outcomes({
    'warehouse': lambda: os.listdir(f'{home}/lake/warehouse'),
    'table': lambda: os.listdir(f'{home}/lake/warehouse/default/flowers/data'),
    'guess': lambda: open('/job/data/0.parquet', 'rb').read(),
    'data': planned,
})
