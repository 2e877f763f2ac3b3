// A message, a modal or App Home as something one acts in: its values so far, and how its elements are doing.

import { useRef, useState } from "./dom.js";
import { call, containerKey, mark, say, state, toast } from "./store.js";

const LATE = { operation_timeout: "The app did not answer in time.", dispatch_failed: "The app could not be reached." };

/** What the elements of one container share. `errors` are the texts to show under its inputs. */
export function useSurface(container, kind, errors = {}) {
  const [values, setValues] = useState({});
  const latest = useRef(values);
  const change = (block, action, value) => {
    latest.current = { ...latest.current, [block]: { ...latest.current[block], [action]: value } };
    setValues(latest.current);
  };
  const act = async (block, action, value) => {
    mark(container, block, action, "loading");
    try {
      const { result } = await call("action", { container, block_id: block, action_id: action, value, values: latest.current });
      mark(container, block, action, LATE[result] ? "warning" : "done");
      if (LATE[result]) say(LATE[result]);
    } catch (error) {
      mark(container, block, action, "warning");
      toast(error.message);
    }
  };
  return {
    kind,
    container,
    errors,
    values,
    latest,
    change,
    act,
    own: (block, action) => values[block]?.[action],
    how: (block, action) => state.elements[containerKey(container)]?.[`${block}/${action}`],
    suggest: (block, action, query) => call("suggest", { container, block_id: block, action_id: action, query }),
  };
}
