"""Calls tools with the official MCP client and prints what it got, as JSON.

The one argument is JSON: `server` (`{"url": …}`, or `{"command": …, "args": […], "env": {…}, "cwd": …}`), `mode` (`auto`: the
newest protocol that both sides speak; `legacy`: the one that begins with a handshake) and `calls`, a list of
`{"tool": …, "arguments": {…}}`. A call with `give_up_after` (seconds) is cancelled then; one with `next_page_of` is called
with the page that the result of that call (a place in the list) names.
"""

import json
import sys

import anyio
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError


async def called(client, call, results):
    progress = []

    async def on_progress(done, total, message):
        progress.append({"done": done, "total": total, "message": message})

    arguments = dict(call["arguments"])
    if "next_page_of" in call:
        arguments["page"] = results[call["next_page_of"]]["structured"]["next_page"]
    with anyio.move_on_after(call.get("give_up_after", 120)):
        try:
            result = await client.call_tool(call["tool"], arguments, progress_callback=on_progress)
        except MCPError as error:
            return {"protocol_error": str(error), "progress": progress}
        return {
            "is_error": result.is_error,
            "text": "\n".join(block.text for block in result.content),
            "structured": result.structured_content,
            "progress": progress,
        }
    return {"cancelled": True, "progress": progress}


async def main(wanted):
    server = wanted["server"]
    server = server["url"] if "url" in server else StdioServerParameters(**server)
    async with Client(server, mode=wanted["mode"]) as client:
        tools = (await client.list_tools()).tools
        results = []
        for call in wanted["calls"]:
            results.append(await called(client, call, results))
        seen = {
            "protocol": client.protocol_version,
            "server": client.server_info.name,
            "instructions": client.instructions,
            "tools": [tool.name for tool in tools],
            "read_only": all(tool.annotations.read_only_hint for tool in tools),
            "results": results,
        }
    print(json.dumps(seen))


anyio.run(main, json.loads(sys.argv[1]))
