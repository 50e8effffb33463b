import shutil, pathlib, pytest
from tests.flows import test_queues as t
@pytest.mark.parametrize("csp", [True, False])
def test_mutant(world, tmp_path, csp):
    folder = tmp_path/"static"; shutil.copytree("webapp/static", folder)
    js = folder/"queues.js"
    s = js.read_text().replace('made.append(part instanceof Node ? part : document.createTextNode(String(part)));','if (part instanceof Node) made.append(part); else made.insertAdjacentHTML("beforeend", String(part));')
    assert s != js.read_text(); js.write_text(s)
    from webapp.app import create_app
    from webapp import queues
    app = create_app(world.settings, world.services)
    app.static_folder = str(folder)
    if not csp:
        queues.POLICY = ""
    t.put_hostile_jobs(world)
    with t.served(app) as address:
        page = t.rendered(address, f"/rq/0/view/jobs/{t.QUEUE}/failed/200/asc/1", tmp_path/"p")
    print("owned" , "data-owned" in page, "img", "<img" in page)
    with pytest.raises(AssertionError):
        t.assert_harmless(page)
