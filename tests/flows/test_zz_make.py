import json
from pathlib import Path
import pytest
from tests.flows import bodies_table as t
def test_make(world, shared):
    world.open_shop()
    names=[]
    for folder in ("recorded","derived"):
        for f in sorted((shared/"payloads/shopify"/folder).glob("*.json")):
            if f.name.startswith(("orders__","fulfillments__","fulfillment_events")) and "cs002" not in f.name:
                names.append(f"{folder}/{f.stem}")
    t.TABLE={n:(set(),set()) for n in names}
    told=list(t.everything_told(shared, world.now))
    for w,one in enumerate(told):
        for k,(topic,body) in enumerate(one.posts):
            assert world.shopify_says(topic, body, webhook_id=f"w{w}-{k}")==200
    world.work()
    from datetime import timedelta
    for _ in range(40): world.pass_time(timedelta(seconds=1))
    run=world.app.test_cli_runner()
    out={}
    for i,one in enumerate(told):
        r=run.invoke(args=["why","ada.myshopify.com","--order",one.order_name,"--json"])
        if r.exit_code: print(names[i//2], r.output, r.exception); continue
        print(names[i//2], i%2, sorted(t.outcome_of(json.loads(r.output))))
