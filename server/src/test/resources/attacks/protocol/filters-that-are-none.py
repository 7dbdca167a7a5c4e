# Asks for plans with filters that do not fit the table, or are no filters.
handle = channel().ask('table', name='default.flowers')[0]['table']['handle']
def nested(depth):
    filter = {'type': 'is-null', 'term': 'species'}
    for _ in range(depth):
        filter = {'type': 'not', 'child': filter}
    return filter
filters = [7, [], 'evil', {}, {'type': 'evil'}, {'type': 'eq', 'term': 'nothing', 'value': 1}, {'type': 'eq', 'term': 'species', 'value': 1},
           {'type': 'eq', 'term': 'species'}, {'type': 'in', 'term': 'species', 'values': {}}, {'type': 'eq', 'term': {}, 'value': 'a'},
           {'type': 'eq', 'term': {'type': 'transform', 'transform': 'bucket[0]', 'term': 'species'}, 'value': 1},
           {'type': 'eq', 'term': {'type': 'transform', 'transform': 'truncate[-1]', 'term': 'species'}, 'value': 'a'},
           {'type': 'eq', 'term': {'type': 'transform', 'transform': 'evil', 'term': 'species'}, 'value': 1},
           {'type': 'starts-with', 'term': 'sepal_length', 'value': 'a'}, {'type': 'lt', 'term': 'sepal_length', 'value': 'a'},
           {'type': 'and', 'left': {}, 'right': {}}, {'type': 'eq', 'term': 'species', 'value': None}]
result = outcomes(asking(*(('plan', {'table': handle, 'filter': each, 'limit': None}) for each in filters)))
