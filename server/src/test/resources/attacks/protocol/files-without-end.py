# Asks for the plan of a metadata table again and again: the server makes a file for each.
# ends: [["1 file"]]
handle = channel().ask('table', name='default.flowers$files')[0]['table']['handle']
for _ in range(40):
    channel().ask('plan', table=handle, filter=None, limit=None)
names = os.listdir('/job/data')
result = pl.DataFrame({'outcome': [f'{len(names)} file' + 's' * (len(names) > 1)]})
