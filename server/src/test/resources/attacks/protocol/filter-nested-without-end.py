# Asks for a plan with a filter that is nested as deep as a message may be.
# ends: [["refused"]]
# ends: [["answered"]]
handle = channel().ask('table', name='default.flowers')[0]['table']['handle']
filter = {'type': 'is-null', 'term': 'species'}
for _ in range(190):
    filter = {'type': 'and', 'left': filter, 'right': {'type': 'not-null', 'term': 'species'}}
try:
    channel().ask('plan', table=handle, filter=filter, limit=None)
    outcome = 'answered'
except LookupError:
    outcome = 'refused'
result = pl.DataFrame({'outcome': [outcome]})
