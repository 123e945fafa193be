/**
 * Preact as far as the widget uses it: elements, texts, lists with keys, fragments and refs that are objects. Its panel is made
 * by plain functions, so what Preact does for components, hydration, hooks of other packages, portals and HTML in strings
 * is never run. What is left is not touched: `test/bare-preact.test.ts` plays it against the whole.
 *
 * Every cut must find its place. A Preact that has changed is read again by a person before it is cut again.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PREACT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', 'preact', path.sep);
const ENTRY = `
  export { render } from './src/render.js';
  export { createRef, Fragment } from './src/create-element.js';
  export { jsx, jsxs } from './jsx-runtime/src/index.js';`;

/** What stands on elements of the page stays apart from what browsers put there; the rest is named as it comes. */
const ON_ELEMENTS = { _children: '__k', _listeners: '__l', _attached: '__a' };

/** Passed from hand to hand, always empty. */
const HANDED_ON = [/^\s*(?:globalContext|excessDomChildren|commitQueue|isHydrating),\n/gm, ''];
const OPTIONS = [/import options from '\.{1,2}\/options';/g, ''];

/** A fragment is the one function that is ever met. One that is the same as before is left as it is. */
const FRAGMENT = `if (typeof newType == 'function') {
    if (newVNode._original == oldVNode._original) {
      newVNode._dom = oldVNode._dom;
      newVNode._children = oldVNode._children;
      newVNode._children.some(vnode => { if (vnode) vnode._parent = newVNode; });
      oldDom = getDomSibling(oldVNode);
    } else {
      tmp = newVNode.props.children;
      if (tmp && tmp.type === Fragment && tmp.key == NULL) tmp = tmp.props.children;
      oldDom = diffChildren(parentDom, isArray(tmp) ? tmp : [tmp], newVNode, oldVNode, namespace, oldDom, refQueue);
    }
  } else {
`;

/** By file: what, and what stands there instead. */
const CUTS = {
  'src/diff/index.js': [
    HANDED_ON, OPTIONS,
    [/BaseComponent, /g, ''],
    [/\t\/\/ If the previous diff bailed out[\s\S]*?(?=\touter: if)/g, ''],
    [/outer: if \(typeof newType == 'function'\) \{[\s\S]*?\n\t\} else \{\n(?=\t\toldDom = newVNode\._dom = diffElementNodes)/g, FRAGMENT],
    [/if \(\(tmp = options\.diffed\)\) tmp\(newVNode\);/g, ''],
    [/commitRoot\(commitQueue, root, refQueue\)/g, 'commitRoot(refQueue)'],
    [/if \(options\._commit\)[\s\S]*?\n\t\}\);\n(?=\})/g, ''],
    [/\telse if \(nodeType == 'math'\).*\n/g, ''],
    [/\tif \(excessDomChildren\) \{\n\t\tfor[\s\S]*?\n\t\}\n\n(?=\tif \(!dom\))/g, ''],
    [/const doc = .*/g, 'const doc = document;'],
    [/nodeType,\n\t\t\tnewProps\.is \? newProps : parentDom/g, 'nodeType'],
    [/\t\t\/\/ we are creating a new node[\s\S]*?excessDomChildren = NULL;\n/g, ''],
    [/ && \(!isHydrating \|\| dom\.data != newProps\)/g, ''],
    [/parentDom = \(nodeType == 'template'[\s\S]*?(?=\t\tfor \(i in oldProps\))/g, 'parentDom = dom;\n'],
    [/if \(i == 'dangerouslySetInnerHTML'\) \{\n\t*oldHtml = value;\n\t*\} else /g, ''],
    [/ &&\n\t*!\(i == 'value' && 'defaultValue' in newProps\) &&\n\t*!\(i == 'checked' && 'defaultChecked' in newProps\)/g, ''],
    [/ else if \(i == 'dangerouslySetInnerHTML'\) \{\n\t*newHtml = value;\n\t*\}/g, ''],
    [/ else if \(i == 'checked'\) \{\n\t*checked = value;\n\t*\}/g, ''],
    [/\(!isHydrating \|\| typeof value == 'function'\) &&/g, ''],
    [/\t\t\/\/ If the new vnode didn't have[\s\S]*?(?=\t\t\tdiffChildren\()/g, ''],
    [/excessDomChildren\n\t*\? excessDomChildren\[0\]\n\t*: (?=oldVNode\._children)/g, ''],
    [/\t\t\t\/\/ Remove children that are not part[\s\S]*?\n\t\t\}\n(?=\n\t\t\/\/ As above)/g, ''],
    [/\t\tif \(!isHydrating \|\| nodeType == 'textarea'\) \{[\s\S]*?\n\t\t\}\n(?=\t\}\n\n\treturn dom;)/g,
      "if (inputValue != UNDEFINED && inputValue !== dom.value) setProperty(dom, 'value', inputValue, oldProps.value, namespace);"],
    [/(?<=function applyRef\(ref, value)[^)]*\) \{[\s\S]*?\n\}/g, ') { ref.current = value; }'],
    [/(?<=applyRef\(r, NULL), parentVNode, vnode/g, ''],
    [/if \(options\.unmount\).*/g, ''],
    [/\tif \(\(r = vnode\._component\)\) \{\n[\s\S]*?\n\t\}\n(?=\n\tif \(\(r = vnode\._children\)\))/g, ''],
    [/ && !vnode\.props\._parentDom/g, ''],
    [/\t\/\/ A component that suspended while[\s\S]*?(?=\tif \(!skipRemove\) removeNode)/g, ''],
    [/(?<=unmount\()vnode, parentVNode, (?=skipRemove)/g, 'vnode, '],
    [/(?<=\t)parentVNode,\n/g, ''],
    [/vnode\._dom = vnode\._component =/g, 'vnode._dom ='],
  ],
  'src/diff/children.js': [
    HANDED_ON,
    [/unmount\(oldVNode, oldVNode\)/g, 'unmount(oldVNode)'],
    [/ \|\| oldVNode\._flags & REF_DETACHED/g, ''],
    [/(?<=applyRef\(oldVNode\.ref, NULL), childVNode, oldVNode/g, ''],
    [/childVNode\._component \|\| newDom/g, 'newDom'],
    [/if \(parentVNode\.props\._parentDom\) return oldDom;/g, ''],
    // There are no comments among what we draw.
    [/\twhile \(next && next\.nodeType == 8\).*\n/g, ''],
    [/\twhile \(\n\t*\(oldDom = oldDom && oldDom\.nextSibling\)[\s\S]*?\n\t\);/g, 'oldDom = oldDom && oldDom.nextSibling;'],
  ],
  'src/diff/props.js': [
    OPTIONS,
    [/if \(name == 'style'\) \{[\s\S]*?\n\t\}\n[^\n]*\n\telse (?=if \(name\[0\] == 'o')/g, ''],
    [/let useCapture;/g, ''],
    [/useCapture = name != \(name = name\.replace\(CAPTURE_REGEX, '\$1'\)\);/g, ''],
    [/, useCapture\)/g, ')'],
    [/\t\t\/\/ Normalize incorrect prop usage[\s\S]*?(?=\t\} else if \()/g, ''],
    [/name != '(?:width|height|list|form|download|rowSpan|colSpan|popover)' &&/g, ''],
    [/name == 'popover' && value == true \? '' : value/g, 'value'],
    [/options\.event \? options\.event\(e\) : e/g, 'e'],
  ],
  'src/component.js': [
    [/export function BaseComponent[\s\S]*?(?=export function getDomSibling)/g, ''],
    [/ && !vnode\.props\._parentDom/g, ''],
    [/(?<=\n\}\n)\s*function renderComponent[\s\S]*/g, ''],
    [/import \{ (?:Fragment|commitRoot|assign).*|import options.*/g, ''],
  ],
  'src/render.js': [
    HANDED_ON, OPTIONS,
    [/\tif \(options\._root\).*\n/g, ''],
    [/\tif \(parentDom\.nodeType == 9\) \{[\s\S]*?\n\t\}\n/g, ''],
    [/let isHydrating = .*/g, ''],
    [/isHydrating \? NULL : /g, ''],
    [/let commitQueue = \[\],\n\t*refQueue/g, 'let refQueue'],
    [/(?<=oldVNode \|\| EMPTY_OBJ,\n)\t*EMPTY_OBJ,\n/g, ''],
    [/\t*oldVNode\n\t*\? NULL\n[\s\S]*?: NULL,\n/g, ''],
    [/(?<=commitRoot\()commitQueue, parentDom\._children, /g, ''],
  ],
  'src/create-element.js': [OPTIONS, [/if \(!original && options\.vnode\).*/g, ''], [/\t*_component: NULL,\n/g, '']],
  'jsx-runtime/src/index.js': [
    [/import \{ options, Fragment \} from 'preact';/g, "import { createVNode as make, Fragment } from '../../src/create-element';"],
    [/, isStaticChildren, __source, __self\)/g, ')'],
    [/\tconst vnode = \{[\s\S]*?return vnode;/g, 'return make(type, normalizedProps, key, ref);'],
  ],
};

/**
 * @param read takes a file's path inside the package
 * @returns the text of one module with `render`, `createRef`, `Fragment`, `jsx` and `jsxs`
 * @throws when a cut does not find its place
 */
export async function barePreact(esbuild, read = (name) => readFileSync(PREACT + name, 'utf8')) {
  const cutter = {
    name: 'cut-preact',
    setup(bundler) {
      bundler.onLoad({ filter: /[\\/](?:src|jsx-runtime)[\\/].*\.js$/ }, ({ path: file }) => ({ contents: cut(path.relative(PREACT, file).split(path.sep).join('/'), read) }));
    },
  };
  const { outputFiles: [bundle] } = await esbuild.build({
    stdin: { contents: ENTRY, resolveDir: PREACT }, bundle: true, write: false, format: 'esm', target: 'es2020', mangleProps: /^_/, mangleCache: ON_ELEMENTS, plugins: [cutter], logLevel: 'silent',
  });
  return bundle.text;
}

function cut(name, read) {
  let text = read(name).replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
  for (const [what, instead] of CUTS[name] ?? []) {
    const whole = text;
    text = whole.replaceAll(what, () => instead);
    if (text === whole) throw new Error(`preact's ${name} is not what it was: ${what} finds nothing. Read it again before it is cut.`);
  }
  return text;
}

/** A plugin for esbuild. */
export function withBarePreact(esbuild) {
  return {
    name: 'bare-preact',
    setup(bundler) {
      bundler.onResolve({ filter: /^preact(?:\/jsx-runtime)?$/ }, () => ({ path: 'preact', namespace: 'bare' }));
      bundler.onLoad({ filter: /.*/, namespace: 'bare' }, async () => ({ contents: await barePreact(esbuild), loader: 'js' }));
    },
  };
}
