// What this device keeps until the server has confirmed it: answers, notes and the viewing log, in IndexedDB.
// Every row names its person by an opaque token, so that nothing goes out under another sign-in.

const DATABASE = "counterpart";
const VERSION = 2;
const STORES = ["answers", "notes", "events"];

let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) {
        if (request.result.objectStoreNames.contains(store)) continue;
        request.result.createObjectStore(store, { keyPath: "n", autoIncrement: true });
      }
    };
    request.onsuccess = () => done(request.result);
    // Another tab still runs the page as it was before an update; this one then keeps its rows in memory.
    request.onblocked = () => fail(new Error("an older page is open"));
    request.onerror = () => fail(request.error);
  });
  return opened;
}

/** Run `act` on a store in one transaction; resolves with its result once the data is written. */
async function within(store, mode, act) {
  const database = await open();
  return new Promise((done, fail) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => done(request?.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

/** Rows in the order in which they were added; each has its number `n`. */
const Store = {
  add: (store, row) => within(store, "readwrite", (rows) => rows.add(row)),
  put: (store, row) => within(store, "readwrite", (rows) => rows.put(row)),
  remove: (store, numbers) =>
    within(store, "readwrite", (rows) => {
      for (const n of numbers) rows.delete(n);
    }),
  all: async (store, person) =>
    (await within(store, "readonly", (rows) => rows.getAll())).filter((row) => row.person === person),
};

/** The same in memory alone, for browsers that keep nothing. */
function memoryStore() {
  const rows = Object.fromEntries(STORES.map((store) => [store, []]));
  let last = 0;
  return {
    add: async (store, row) => {
      last += 1;
      rows[store].push({ ...row, n: last });
      return last;
    },
    put: async (store, row) => {
      rows[store] = rows[store].map((old) => (old.n === row.n ? row : old));
    },
    remove: async (store, numbers) => {
      rows[store] = rows[store].filter((row) => !numbers.includes(row.n));
    },
    all: async (store, person) => rows[store].filter((row) => row.person === person),
  };
}

let chosen = null;

/** The device's store if it works, else one in memory; `isKept` tells which. */
export function openStore() {
  chosen ??= open().then(
    () => ({ store: Store, isKept: true }),
    () => ({ store: memoryStore(), isKept: false }),
  );
  return chosen;
}
