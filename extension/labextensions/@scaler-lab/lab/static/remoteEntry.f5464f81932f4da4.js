// Built from extension/, sources f5464f81932f4da402215b5c8e484730de9b173768759667e79cba7ef38568d8
(globalThis._JUPYTERLAB ??= {})["@scaler-lab/lab"] = (() => {
  let scope = {};
  let made;

  const isNewer = (a, b) => a.localeCompare(b, "en", { numeric: true }) > 0;

  const shared = async (name) => {
    const versions = scope[name] ?? {};
    let chosen;
    for (const version of Object.keys(versions)) {
      if (versions[version].loaded) {
        chosen = version;
        break;
      }
      if (chosen === undefined || isNewer(version, chosen)) {
        chosen = version;
      }
    }
    if (chosen === undefined) {
      return undefined;
    }
    versions[chosen].loaded = 1;
    return (await versions[chosen].get())();
  };

  const make = async () => {
    const modules = {};
    await Promise.all(
      ["@jupyterlab/application","@jupyterlab/apputils","@jupyterlab/coreutils","@jupyterlab/notebook","@jupyterlab/running","@jupyterlab/services","@jupyterlab/settingregistry","@jupyterlab/statusbar","@jupyterlab/ui-components","@lumino/coreutils","@lumino/signaling","@lumino/widgets"].map(async (name) => {
        modules[name] = await shared(name);
      }),
    );
    // Notebook 7 shares fewer.  What is taken of those it lacks are tokens of services, all
    // optional: one that nobody provides.
    const { Token } = modules["@lumino/coreutils"];
    const none = (name) =>
      new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : new Token(`${name}:none`)) });
    const require = (name) => modules[name] ?? none(name);
    const module = { exports: {} };
    ((require, module, exports) => {
      "use strict";var tn=Object.defineProperty;var pi=Object.getOwnPropertyDescriptor;var mi=Object.getOwnPropertyNames;var fi=Object.prototype.hasOwnProperty;var gi=(s,e)=>{for(var t in e)tn(s,t,{get:e[t],enumerable:!0})},yi=(s,e,t,n)=>{if(e&&typeof e=="object"||typeof e=="function")for(let o of mi(e))!fi.call(s,o)&&o!==t&&tn(s,o,{get:()=>e[o],enumerable:!(n=pi(e,o))||n.enumerable});return s};var vi=s=>yi(tn({},"__esModule",{value:!0}),s);var ja={};gi(ja,{default:()=>Ha});module.exports=vi(ja);var qn=require("@jupyterlab/notebook");var Bn=require("@lumino/coreutils"),$="@scaler-lab/lab",B=new Bn.Token(`${$}:ITasks`,"Every task of every engine of this user's, as the Jupyter server sees them."),D={showPanel:"scaler-lab:show-panel",search:"scaler-lab:search",cancelAll:"scaler-lab:cancel-all",showDetails:"scaler-lab:show-details",cancelSelected:"scaler-lab:cancel-selected",killSelected:"scaler-lab:kill-selected",retrySelected:"scaler-lab:retry-selected"};var Gn={id:`${$}:cells`,description:"Leads from a task to the cell that submitted it.",autoStart:!0,requires:[B],optional:[qn.INotebookTracker],activate:(s,e,t)=>{t!==null&&(e.goToCell=async n=>{for(let o of sn(t)){let i=o.content.widgets.find(({model:r})=>r.id===n);if(i!==void 0)return await nn(s,o,i),!0}return!1})}};async function nn(s,{id:e,content:t},n){s.shell.activateById(e),t.activeCellIndex=t.widgets.indexOf(n),t.deselectAll(),await t.scrollToCell(n)}function sn(s){let e=[];return s.forEach(t=>{t===s.currentWidget?e.unshift(t):e.push(t)}),e}var Rn=require("@jupyterlab/apputils"),Eo=require("@jupyterlab/settingregistry");var w=["cancelling","running","failed","retrying","queued","waiting","cancelled","succeeded"];function G(){return{cancelling:0,running:0,queued:0,waiting:0,retrying:0,failed:0,cancelled:0,succeeded:0}}function N(s){return s==="succeeded"||s==="failed"||s==="cancelled"}function ne(s){return J(s)||s==="running"}function V(s){return Ue(s)+s.running}function Ue({queued:s,waiting:e,retrying:t}){return s+e+t}function J(s){return s==="queued"||s==="waiting"||s==="retrying"}function de(s){return s==="failed"||s==="cancelled"}var H={cancelling:"◌",running:"▸",queued:"·",waiting:"○",retrying:"↻",failed:"✗",cancelled:"⊘",succeeded:"✓"};var j=class extends Error{name="FeedError"};function O(s){if(!Array.isArray(s))throw new j(`expected a list, not ${typeof s}`);return s}function k(s){if(typeof s!="number")throw new j(`expected a number, not ${typeof s}`);return s}function y(s){if(typeof s!="string")throw new j(`expected a text, not ${typeof s}`);return s}function ht(s){if(typeof s!="boolean")throw new j(`expected true or false, not ${typeof s}`);return s}function K(s){return s==null?null:k(s)}function Kn(s){return s==null?null:y(s)}var wi=new Set(w);function ke(s){if(!wi.has(s))throw new j(`not a status: ${String(s)}`);return s}function on(s){if(typeof s!="object"||s===null)return null;let e=G();for(let[t,n]of Object.entries(s))e[ke(t)]=k(n);return e}function rn(s){let e=on(s);return e===null||Object.keys(s).length===0?null:e}function Un(s){if(s==null)return null;let e=O(s);return{state:y(e[0]),taken:y(e[1]),problem:y(e[2]),threads:O(e[3]).map(t=>O(t).map(bi))}}function bi(s){let e=O(s);return{file:y(e[0]),line:k(e[1]),name:y(e[2]),source:y(e[3])}}function Vn(s){return s.threads.map(t=>t.map(({file:n,line:o,name:i,source:r})=>{let a=`  ${/^In\[\d+\]$/.test(n)?`Cell ${n}`:`File "${n}"`}, line ${o}, in ${i}`;return r===""?a:`${a}
    ${r}`}).join(`
`)).join(`
another thread of the task
`)}function Ee(s){let e=O(s);switch(e[0]){case"welcome":return{kind:"welcome",protocol:k(e[1]),engineId:y(e[2]),label:y(e[3]),pid:k(e[4]),workerCount:k(e[5]??0),canStopRunning:ht(e[6]??!0),reportsStarts:ht(e[7]??!0),program:y(e[8]??"")};case"snapshot":return{kind:"snapshot",version:k(e[1]),part:k(e[2]),parts:k(e[3]),rows:Jn(e[4]),counts:rn(e[5]),isBehind:ht(e[7]??!1)};case"changes":return{kind:"changes",since:k(e[1]),version:k(e[2]),rows:Jn(e[3]),forgotten:O(e[4]).map(y),counts:rn(e[5])};case"response":return{kind:"response",request:k(e[1]),accepted:k(e[2]),trouble:y(e[3]??""),version:k(e[4]??0)};case"details-of":return{kind:"details",request:k(e[1]),taskId:y(e[2]),traceback:y(e[4]??""),output:y(e[5]??""),outputBefore:k(e[6]??0),profile:Si(e[7]),stack:Un(e[8])};case"ended":return{kind:"closed",reason:y(e[1])};default:throw new j(`not a message of this feed: ${String(e[0])}`)}}function Jn(s){let e=O(s).map(O);if(e.length===0)return[];if(e.length<6)throw new j(`a row has 6 fields, not ${e.length}`);let t=i=>e[i]??[],n=0,o=0;return t(0).map((i,r)=>(n+=k(t(1)[r]),o+=k(t(4)[r]),{id:y(t(0)[r]),number:n,name:y(t(2)[r]),status:ke(t(3)[r]),version:o,submittedAt:k(t(5)[r]),groupName:y(t(6)[r]??""),worker:y(t(7)[r]??""),startedAt:K(t(8)[r]),endedAt:K(t(9)[r]),cancelRequestedAt:K(t(10)[r]),cancelRequestedBy:y(t(11)[r]??""),cancelResolution:Kn(t(12)[r]),cancelSeconds:K(t(13)[r]),error:y(t(14)[r]??""),detail:y(t(15)[r]??""),progress:xi(t(16)[r]),outputBytes:k(t(17)[r]??0),attempt:k(t(18)[r]??1),tags:O(t(19)[r]??[]).map(y),cell:y(t(20)[r]??"")}))}function xi(s){if(s==null)return null;let e=O(s);return{done:k(e[0]),total:K(e[1]),note:y(e[2]??"")}}function Si(s){if(typeof s!="object"||s===null)return null;let e=s;return{queueSeconds:K(e.queue_seconds),runSeconds:K(e.run_seconds),cpuSeconds:K(e.cpu_seconds),peakMemory:K(e.peak_memory),bytesIn:K(e.bytes_in),bytesOut:K(e.bytes_out),worker:y(e.worker??""),attempt:k(e.attempt??1)}}function Xn(){try{return window.sessionStorage}catch{return null}}function Te(s,e){try{return s?.getItem(e)??""}catch{return""}}function Ve(s,e,t){try{s?.setItem(e,t)}catch{}}var Yn="scaler_lab.folds",ki=300,fe=class{constructor(e=()=>"",t=null){this.engine=e;this.storage=t;this.shown=new Map(Ei(t))}open=new Set;shown;isFolded(e){return this.shown.get(this.key(e))??!this.open.has(e.id)}fit(e,t){let n=t,o=new Set;for(let i of e)i.size<=n&&(o.add(i.id),n-=i.size);this.open=o}set(e,t){let n=this.key(e);this.shown.delete(n),this.shown.set(n,t);for(let o of this.shown.keys()){if(this.shown.size<=ki)break;this.shown.delete(o)}Ve(this.storage,Yn,JSON.stringify([...this.shown]))}key(e){return`${this.engine()} ${e.id}`}};function Ei(s){try{let e=JSON.parse(Te(s,Yn));return Array.isArray(e)?e.filter(Ti):[]}catch{return[]}}function Ti(s){return Array.isArray(s)&&typeof s[0]=="string"&&typeof s[1]=="boolean"}var Zn="group:",Qn=32;function se(s){return s.startsWith(Zn)}function es(s){if(s.groupName==="")return null;let{name:e}=s,t=e.endsWith("]")?e.lastIndexOf("["):-1,n=t<0?NaN:Number(e.slice(t+1,-1)),o=Number.isInteger(n)&&n>=0?String(s.number-n):"",i=s.id.length===Qn?s.id.slice(0,Qn/2):"";return`${Zn}${i} ${o} ${s.groupName}`}var pt=class{constructor(e,t){this.id=e;this.name=t.groupName}counts=G();name;startedAt=null;lastEndedAt=null;members=new Set;get first(){for(let{row:e}of this.members)return e.number;return 0}get size(){return w.reduce((e,t)=>e+this.counts[t],0)}get isEmpty(){return this.members.size===0}get settled(){let{succeeded:e,failed:t,cancelled:n}=this.counts;return e+t+n}get endedAt(){return this.settled===this.size?this.lastEndedAt:null}get status(){return w.find(e=>this.counts[e]>0)??"succeeded"}get rows(){let e=[];for(let{row:t}of this.members)e.push(t);return mt(e)}stillCancelling(e){let t=[];if(this.counts.cancelling>0)for(let{row:n}of this.members)n.status==="cancelling"&&n.cancelRequestedAt!==null&&n.cancelRequestedAt<e&&t.push(n);return t}add(e){this.members.add(e),this.counts[e.row.status]+=1,this.note(e.row)}change(e,t){this.counts[e.status]-=1,this.counts[t.status]+=1,this.note(t)}remove(e){this.members.delete(e),N(e.row.status)||(this.counts[e.row.status]-=1)}note(e){e.startedAt!==null&&(this.startedAt===null||e.startedAt<this.startedAt)&&(this.startedAt=e.startedAt),N(e.status)&&e.endedAt!==null&&(this.lastEndedAt===null||e.endedAt>this.lastEndedAt)&&(this.lastEndedAt=e.endedAt)}};function mt(s){for(let e=1;e<s.length;e+=1)if((s[e-1]?.number??0)>(s[e]?.number??0))return s.sort((t,n)=>t.number-n.number);return s}function c(s,e="",t={},...n){let o=document.createElement(s);e!==""&&(o.className=e);for(let[i,r]of Object.entries(t))o.setAttribute(i,r);return o.append(...n),o}function I(s,e,t){let n=c("button",`scl-button ${s}`,{type:"button"},e);return n.addEventListener("click",t),n}function g(s,e){s.textContent!==e&&(s.textContent=e)}function A(s,e,t){s.getAttribute(e)!==t&&(t===null?s.removeAttribute(e):s.setAttribute(e,t))}function ce(s){let e=s.getRootNode(),{activeElement:t}=e instanceof ShadowRoot?e:document;return t!==null&&s.contains(t)}async function Me(s){let{clipboard:e}=navigator;if(e!==void 0){await e.writeText(s);return}let t=c("textarea","scl-unseen",{},s),{activeElement:n}=document;document.body.append(t),t.select();let o=document.execCommand("copy");if(t.remove(),n instanceof HTMLElement&&n.focus(),!o)throw new Error("the browser does not allow to copy here")}function ft(s,e){let t=URL.createObjectURL(new Blob([e],{type:"text/plain;charset=utf-8"}));c("a","",{href:t,download:s}).click(),URL.revokeObjectURL(t)}var ts=0;function Ae(s){return ts+=1,`scl-${s}-${ts}-${Math.random().toString(36).slice(2,8)}`}var ln="\\u{a0}\\u{34f}\\u{115f}-\\u{1160}\\u{3164}\\u{ffa0}\\u{17b4}-\\u{17b5}\\u{180b}-\\u{180f}\\u{2800}",gt="\\u{200c}-\\u{200d}\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}",ns="\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}";var Ai=/^[\x20-\x7e]*$/,Oi=new RegExp(`(?![ ${ns}])[\\p{C}\\p{Z}${ln}${gt}]`,"gu"),os=new RegExp(`[${gt}]`,"u"),Ri=new RegExp(`(?![${ln}${gt}])[\\p{L}\\p{M}\\p{S}]`,"u"),is=/[\u200c\u200d]/,Ci="⃣";function f(s){let e=s.length>2e3?`${s.slice(0,2e3)} [...]`:s;return Ai.test(e)?e:ls(e,t=>Ii[t]??ds(t))}function ue(s){return ls(s,e=>e===`
`||e==="	"?e:ds(e))}var Ii={"\n":"\\n","	":"\\t"};function ls(s,e){return s.replace(Oi,(t,n)=>Li(s,n,t)?t:e(t))}function Li(s,e,t){if(!os.test(t))return!1;let n=as(s,e+t.length),o=rs(s,e);return is.test(t)?(os.test(o)&&!is.test(o)&&(o=rs(s,e-o.length)),an(o)&&an(n)):an(o)||n===Ci&&o!==""}function an(s){return(s.codePointAt(0)??0)>=1424&&Ri.test(s)}function as(s,e){let t=s.codePointAt(e);return t===void 0?"":String.fromCodePoint(t)}function rs(s,e){let t=/[\udc00-\udfff]/.test(s[e-1]??"")&&e>1;return e===0?"":as(s,t?e-2:e-1)}function ds(s){let e=s.codePointAt(0)??0,t=e.toString(16);return e<256?`\\x${t.padStart(2,"0")}`:e<65536?`\\u${t.padStart(4,"0")}`:`\\U${t.padStart(8,"0")}`}function W(s){let e=Math.max(0,s);if(e<.9995)return`${Math.round(e*1e3)} ms`;if(e<59.95)return`${e.toFixed(1)} s`;let t=Math.round(e),n=o=>String(o).padStart(2,"0");return t<3600?`${Math.floor(t/60)}m${n(t%60)}s`:t<86400?`${Math.floor(t/3600)}h${n(Math.floor(t%3600/60))}m`:`${Math.floor(t/86400)}d${n(Math.floor(t%86400/3600))}h`}function yt(s){return s>=10&&s<59.5?`${Math.round(s)} s`:W(s)}function Je(s){return s>=10?W(s):`${(s*1e3).toFixed(s<.00995?1:0)} ms`}function T(s){return String(s).replace(/\B(?=(\d{3})+$)/g,",")}function F(s){return s===1?"1 task":`${T(s)} tasks`}function oe(s){return w.filter(e=>s[e]>0).map(e=>`${T(s[e])} ${e}`).join(", ")}function cs(s,e){let t=s.cancelRequestedBy===""?"":` by ${s.cancelRequestedBy}`;switch(s.status){case"failed":return s.error;case"cancelling":{let n=`asked ${yt(e-(s.cancelRequestedAt??e))} ago${t}`;return s.detail===""?n:`${s.detail} (${n})`}case"cancelled":{let n=s.cancelResolution??"cancelled";return s.cancelSeconds!==null&&(n+=`, ${Je(s.cancelSeconds)} after the ask`),s.detail===""?n+t:`${n}${t}: ${s.detail}`}case"waiting":case"retrying":case"queued":return s.detail;case"running":return dn(s.progress??null);case"succeeded":return""}}function dn(s){if(s===null)return"";let{done:e,total:t,note:n}=s,o=Oe(s),i=Number.isInteger(e)?T(e):e.toPrecision(3);return o!==null&&t!==null&&(i=Number.isInteger(e)&&Number.isInteger(t)?`${i} of ${T(t)}`:`${Math.floor(o*100)} %`),n===""?i:`${i}, ${n}`}function Oe({done:s,total:e}){return e===null||e<=0?null:Math.min(1,Math.max(0,s/e))}function ge(s){let e=["bytes","kB","MB","GB","TB"],t=s,n=0;for(;t>=999.5&&n<e.length-1;)t/=1e3,n+=1;return`${n===0||t>=9.95?Math.round(t):t.toFixed(1)} ${e[n]??""}`}function us(s){let t=s.replace(/\u001b\[[0-9;?]*[A-Za-z]/g,"").replace(/\r+\n/g,`
`).split(`
`).map(n=>n.split("\r").filter(i=>i!=="").at(-1)??"");return ue(t.join(`
`))}function ye(s,e){return s.startedAt===null?"":s.endedAt===null?yt(e-s.startedAt):W(s.endedAt-s.startedAt)}var _i=5,Re=class{node=c("div","scl-unseen",{role:"status","aria-live":"polite"});shown="";shownAt=-1/0;clock;constructor(e=()=>performance.now()/1e3){this.clock=e}draw(e){let t=this.clock();if(t-this.shownAt<_i)return;let n=oe(e);n!==""&&n!==this.shown&&(this.shown=n,this.shownAt=t,this.node.textContent=n)}};function ps(s,e,t){let n=[],o=[],i=new Map;for(let r of s){if(!ne(r.status)&&!(e&&r.status==="cancelling"))continue;n.push(r.id),J(r.status)&&o.push(r.id);let l=t(r.id);l!==""&&i.set(l,(i.get(l)??0)+1)}return{ids:n,force:e,running:n.length-o.length,toCome:o,total:n.length,owners:i}}function Xe({force:s,running:e,total:t}){return t>0&&(s||e>1)}var hs=4;function Ye({force:s,running:e,total:t,owners:n}){let[o]=n.keys(),i=n.size===1&&o!==void 0?` of ${o}`:"",r=`${s?"Kill the workers of":"Cancel"} ${F(t)}${i}`,l=e<t&&e>0?`, ${T(e)} of them running`:"";return`${r}${l}${n.size>1?Ni(n):""}?`}function Ni(s){let e=[...s].slice(0,hs).map(([n,o])=>`${T(o)} of ${n}`),t=s.size-hs;return`: ${e.join(", ")}${t>0?`, and of ${t} more programs`:""}`}var fs=10,cn="The cancel was not sent",Ce=class{constructor(e,t,n,o){this.store=e;this.rowModel=t;this.actions=n;this.events=o}pending=new Set;stop(e,t=!1){if(t&&this.store.engine?.canStopRunning!==!0)return;let n=e.map(i=>this.store.get(i)).filter(i=>i!==void 0),o=this.plan(n,t);this.confirmed(o,()=>{let i=async()=>{let r=await this.actions.cancel(o.ids,t,!1);return r.trouble||Pi(o.total-r.accepted)};this.send(o.ids,i,cn,o.toCome)})}stopQueued(){if(!this.rowModel.isFiltered){this.stopAll(!0);return}let e=this.rowModel.stoppable(!0),t=()=>this.actions.cancel(e,!1,!0);this.send(e,ms(t),cn,e)}stopListed(){this.rowModel.isFiltered?this.stop(this.rowModel.stoppable(!1)):this.stopAll(!1)}retry(e,t="submitted again"){let n=e.filter(r=>{let l=this.store.get(r);return l!==void 0&&de(l.status)&&!this.pending.has(r)});if(n.length===0)return;let o=n.length===1?"its future":"their futures",i=async()=>{let{trouble:r}=await this.actions.retry(n);return r||`${F(n.length)} ${t}, if the program still holds ${o}`};this.send(n,i,"Nothing was retried",[])}stopAll(e){let{counts:t,rows:n}=this.store,o=this.plan(e?n.filter(({status:l})=>J(l)):n,!1),i=Ue(t),r=e?0:t.running;this.confirmed({...o,running:r,total:r+i},()=>{let l=()=>this.actions.cancelAll(e);this.send(o.ids,ms(l),cn,o.toCome,i+r>0)})}plan(e,t){return ps(e,t,n=>this.actions.ownerOf?.(n)??"")}confirmed(e,t){Xe(e)?this.events.ask(Ye(e),e.force?"Kill":"Cancel them",t):t()}send(e,t,n,o,i=e.length>0){if(i){for(let r of e)this.pending.add(r);this.events.changed(),t().then(r=>{r===""&&o.length>0?this.offerUndo(o):r!==""&&this.events.notice(r)}).catch(r=>{let l=r instanceof Error?r.message:String(r);this.events.notice(`${n}: ${l}`)}).finally(()=>{for(let r of e)this.pending.delete(r);this.events.changed()})}}offerUndo(e){let t=e.length===1?"a queued task":`${T(e.length)} queued tasks`;this.events.notice(`Requested the cancel of ${t}`,()=>{let n=e.filter(o=>this.store.get(o)?.cancelResolution==="never_started");n.length>0?this.retry(n,"submitted again as new"):this.events.notice("Nothing to undo: none of them is cancelled")})}};function ms(s){return async()=>(await s()).trouble}function Pi(s){return s<=0?"":`${F(s)} ${s===1?"was":"were"} done before the cancel was requested`}var Ie=class{constructor(e){this.leave=e;let t=Ae("question");this.text=c("span","scl-question",{id:t}),this.yes=I("scl-yes","",()=>{this.answer(!0)});let n=I("scl-no","Keep",()=>{this.answer(!1)});this.node=c("div","scl-confirm",{role:"alertdialog","aria-labelledby":t},this.text,c("span","scl-answers",{},this.yes,n)),this.node.hidden=!0,this.node.addEventListener("keydown",o=>{let i=$i.get(o.key);i!==void 0&&!o.ctrlKey&&!o.metaKey&&!o.altKey&&(o.preventDefault(),this.answer(i))})}node;text;yes;proceed=null;get isOpen(){return this.proceed!==null}ask(e,t,n){this.proceed=n,g(this.text,e),g(this.yes,t),this.node.hidden=!1,this.yes.focus()}close(){let e=ce(this.node);this.proceed=null,this.node.hidden=!0,e&&this.leave()}answer(e){let{proceed:t}=this;this.close(),e&&t?.()}},$i=new Map([["y",!0],["n",!1],["Escape",!1]]);var gs=Symbol.for("scaler_lab.places");function ys(){return globalThis[gs]??null}function un(s){globalThis[gs]=s}var Fi=/[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /,zi=/^( {2})(?:File "([^"]+)"|Cell (In\[\d+\])), line (\d+)(?=, in |$)/;function hn(s,e){let t=ys(),n=[],o=[],i=!1,r=0,l=()=>{let a=c("pre","",{},...o.slice(0,-1));if(o.length>0&&i){let d=r===1?"1 frame in a library":`${r} frames in libraries`;n.push(c("details","",{},c("summary","",{},d),a))}else o.length>0&&n.push(a);o=[],r=0};for(let a of s.split(`
`)){let d=zi.exec(a),u=d===null?i&&a.startsWith("    "):Fi.test(a);u!==i&&(l(),i=u),d===null||i?o.push(a,`
`):o.push(...Di(a,d,t,e),`
`),r+=d===null?0:1}return l(),n}function Di(s,[e,t,n,o,i],r,l){let a={file:n??"",label:o??"",line:Number(i),cell:l};if(r?.canShow(a)!==!0)return[s];let d=e.slice(t?.length??0),u=c("a","scl-place",{href:"#",title:"Show this line"},d);return u.addEventListener("click",h=>{h.preventDefault(),h.stopPropagation(),r.show(a)}),[t??"",u,s.slice(e.length)]}var ws={colour:"",isBold:!1,isFaint:!1,isUnderlined:!1},Hi=/\u001b\[([0-9;?:]*)([A-Za-z])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;function bs(s){let e=ws;return s.replace(/\r+\n/g,`
`).split(`
`).map(t=>{let n=t.split("\r").filter(i=>i!=="");for(let i of n.slice(0,-1))e=vs(i,e).after;let o=vs(n.at(-1)??"",e);return e=o.after,o.line})}function vs(s,e){let t=[],n=e,o=0,i=r=>{r!==""&&t.push({text:ue(r),classes:qi(n)})};for(let r of s.matchAll(Hi))i(s.slice(o,r.index)),o=r.index+r[0].length,r[2]==="m"&&(n=ji(n,r[1]??""));return i(s.slice(o)),{line:t,after:n}}function ji(s,e){let t=s,n=e.split(/[;:]/).map(Number);for(let o=0;o<n.length;o+=1){let i=n[o]??0;i===38||i===48?o+=n[o+1]===2?4:2:t=Wi(t,i)}return t}function Wi(s,e){if(e===0)return ws;if(e===39)return{...s,colour:""};if(e>=30&&e<=37||e>=90&&e<=97)return{...s,colour:Bi[e%10]??""};switch(e){case 1:return{...s,isBold:!0};case 2:return{...s,isFaint:!0};case 4:return{...s,isUnderlined:!0};case 22:return{...s,isBold:!1,isFaint:!1};case 24:return{...s,isUnderlined:!1};default:return s}}var Bi=["black","red","green","yellow","blue","magenta","cyan","white"];function qi({colour:s,isBold:e,isFaint:t,isUnderlined:n}){return[s===""?"":`scl-ansi-${s}`,e?"scl-ansi-bold":"",t?"scl-ansi-faint":"",n?"scl-ansi-underlined":""].filter(o=>o!=="").join(" ")}var Gi=8,Ki=5e3,vt=class{node;head=c("span","scl-block-title",{},"Output");output=c("pre","scl-output",{tabindex:"0","aria-label":"Output"});follow;found=c("span","scl-quiet",{role:"status"});field;shown=[];text="";name="task";follows=!0;hit=-1;constructor(e){this.follow=I("scl-toggle","Follow",()=>{this.setFollow(!this.follows)});let t=I("","Copy",()=>{Me(this.plain).then(()=>{e("Copied the output")},i=>{e(String(i))})}),n=I("","Download",()=>{ft(`${this.name.replace(/[^\w.-]+/g,"_")}.txt`,this.plain)});this.field=c("input","scl-find",{type:"search",placeholder:"Find","aria-label":"Find in the output",spellcheck:"false"}),this.field.addEventListener("input",()=>{this.hit=-1,this.mark()}),this.field.addEventListener("keydown",i=>{i.key==="Enter"&&this.next(i.shiftKey?-1:1)}),this.output.addEventListener("scroll",()=>{this.setFollow(this.isAtEnd)});let o=[this.found,this.field,this.follow,t,n];this.node=c("div","scl-block",{},c("div","scl-block-head",{},this.head,c("span","scl-answers",{},...o)),this.output),this.node.hidden=!0}clear(e){this.name=e,this.text="",this.shown=[],this.output.replaceChildren(),this.node.hidden=!0,this.field.value="",this.setFollow(!0)}draw(e,t){if(this.node.hidden=e==="",g(this.head,t>0?`Output, after ${ge(t)} more`:"Output"),e===this.text)return;this.text=e;let n=bs(e).slice(-Ki),o=n.map(r=>JSON.stringify(r)),i=0;for(;i<o.length&&o[i]===this.shown[i];)i+=1;for(;this.output.childNodes.length>i;)this.output.lastChild?.remove();this.output.append(...n.slice(i).map((r,l)=>Ui(r,l+i>0))),this.shown=o,this.mark(),this.follows&&(this.output.scrollTop=this.output.scrollHeight)}get plain(){return this.output.textContent}get isAtEnd(){let{scrollTop:e,clientHeight:t,scrollHeight:n}=this.output;return e+t>=n-Gi}setFollow(e){this.follows=e,this.follow.setAttribute("aria-pressed",String(e)),e&&!this.isAtEnd&&(this.output.scrollTop=this.output.scrollHeight)}mark(){let e=this.field.value.toLowerCase(),t=[];for(let n of this.output.children){let o=e!==""&&n.textContent.toLowerCase().includes(e);n.classList.toggle("scl-hit",o),o&&n instanceof HTMLElement&&t.push(n)}return g(this.found,e===""?"":`${t.length} lines`),t}next(e){let t=this.mark();t.length>0&&(this.hit=(this.hit+e+t.length)%t.length,this.setFollow(!1),t[this.hit]?.scrollIntoView({block:"nearest"}))}};function Ui(s,e){let t=c("span","",{},e?`
`:"");for(let{text:n,classes:o}of s)t.append(o===""?n:c("span",o,{},n));return t}var Vi=400,Ji=1e3,xs=80,Xi=340,Ss=24,_e=class{constructor(e,t,n){this.actions=e;this.view=t;this.events=n;let o=c("button","scl-button scl-shut",{type:"button","aria-label":"Close the details"},"✕");o.addEventListener("click",n.close),this.output=new vt(n.notice),this.copyTraceback=I("","Copy traceback",()=>{this.copy(this.tracebackText,"the traceback")});let i=I("","Copy id",()=>{this.copy(this.shown?.id??"","the id")}),r=c("span","scl-answers",{},this.copyTraceback,i,o),l=c("div","scl-pane-head",{},this.heading,r);this.node=c("div","scl-pane",{role:"group","aria-label":"Details of the task"},...t===null?[]:[this.handle(t),l],this.error,this.traceback,this.where,this.output.node,this.arguments,this.facts),this.node.hidden=!0}node;heading=c("div","scl-pane-title");error=c("div","scl-error");facts=c("dl","scl-facts");arguments=c("div","scl-arguments");traceback=c("div","scl-traceback");where=c("div","scl-where",{role:"group","aria-label":"Where it is"});copyTraceback;output;shown=null;profile=null;tracebackText="";whereText="";known="";asking=!1;timer=0;dispose(){window.clearTimeout(this.timer)}draw(e){this.node.hidden=e===null;let t=this.view?.paneHeight??null;this.node.style.height=t===null?"":`${t}px`,this.node.classList.toggle("scl-is-sized",t!==null);let n=this.shown;if(e===null||e===n){this.shown=e;return}this.shown=e,n?.id!==e.id&&this.begin(e),this.node.dataset.status=e.status,g(this.heading,`${H[e.status]} ${f(e.name)}`),g(this.error,f(e.error)),this.error.hidden=e.error==="",this.writeFacts(e),(n?.id!==e.id||n.status!==e.status)&&this.showArguments(e.id),this.request()}begin(e){this.traceback.replaceChildren(),this.where.replaceChildren(),this.whereText="",this.tracebackText="",this.copyTraceback.hidden=!0,this.output.clear(e.name),this.arguments.replaceChildren(),this.profile=null,this.known=""}writeFacts(e){this.facts.replaceChildren(...Es([...Zi(e),...Qi(this.profile)]))}copy(e,t){Me(e).then(()=>{this.events.notice(`Copied ${t}`)},n=>{this.events.notice(n instanceof Error?n.message:String(n))})}handle(e){let t=c("div","scl-handle",{role:"separator",tabindex:"0","aria-orientation":"horizontal","aria-label":"Height of the details","aria-valuemin":String(xs),"aria-valuenow":String(e.paneHeight??Xi),title:"Drag to resize; double-click to fit"}),n=i=>{let r=this.node.offsetHeight+i;e.paneHeight=Math.max(xs,r),this.node.style.height=`${e.paneHeight}px`,this.node.classList.add("scl-is-sized"),t.setAttribute("aria-valuenow",String(e.paneHeight))},o=null;return t.addEventListener("pointerdown",i=>{o=i.clientY,t.setPointerCapture(i.pointerId),i.preventDefault()}),t.addEventListener("pointermove",i=>{o!==null&&(n(o-i.clientY),o=i.clientY)}),t.addEventListener("pointerup",()=>{o=null}),t.addEventListener("dblclick",()=>{e.paneHeight=null,this.node.style.height="",this.node.classList.remove("scl-is-sized")}),t.addEventListener("keydown",i=>{(i.key==="ArrowUp"||i.key==="ArrowDown")&&(i.preventDefault(),n(i.key==="ArrowUp"?Ss:-Ss))}),t}async request(){let e=this.shown;if(e===null||this.asking)return;let t=N(e.status),n=e.status==="running"||e.status==="cancelling",o=n?Math.floor(Date.now()/Ji):"",i=`${e.id} ${t?e.status:""} ${e.outputBytes} ${o}`,r=e.status==="failed"||e.outputBytes>0||n;if(!(i===this.known||!(r||t&&this.actions.details!==void 0))){this.known=i,this.asking=!0,e.status==="failed"&&this.traceback.childElementCount===0&&this.traceback.replaceChildren(Le("asking for the traceback …"));try{let l=await this.detailsOf(e.id);this.shown?.id===e.id&&this.write(this.shown,l)}catch(l){let a=l instanceof Error?l.message:String(l);this.shown?.id===e.id&&this.traceback.replaceChildren(Le(`The details could not be had: ${a}`))}this.timer=window.setTimeout(()=>{this.asking=!1,this.request()},Vi)}}async detailsOf(e){return this.actions.details!==void 0?this.actions.details(e):{traceback:await this.actions.traceback(e),output:"",outputBefore:0,profile:null,stack:null}}write(e,t){e.status==="failed"&&t.traceback!==this.tracebackText?(this.tracebackText=t.traceback,this.copyTraceback.hidden=t.traceback==="",this.traceback.replaceChildren(...hn(ue(t.traceback),e.cell))):e.status==="failed"&&t.traceback===""&&this.traceback.replaceChildren(Le("No traceback is kept of it.")),this.profile=t.profile,this.writeFacts(e),this.writeWhere(e,t.stack),this.output.draw(t.output,t.outputBefore)}writeWhere(e,t){let n=[],o="";if(t!==null&&!N(e.status)){let i=t.problem===""?"":`; ${t.problem}`,r=`where it is: ${f(t.state+i)}`,l=ue(Vn(t));o=`${r}
${l}`,n.push(Le(r),...hn(l,e.cell))}if(o!==this.whereText){let i=this.where.querySelector("details[open]")!==null;this.whereText=o,this.where.replaceChildren(...n);for(let r of this.where.querySelectorAll("details"))r.open=i}}async showArguments(e){if(this.actions.arguments===void 0)return;let t;try{t=Yi(await this.actions.arguments(e))}catch(n){let o=n instanceof Error?n.message:String(n);t=[Le(`The arguments could not be had: ${o}`)]}this.shown?.id===e&&this.arguments.replaceChildren(...t)}};function Yi({arguments:s,trouble:e,result:t}){let n=[];if(s.length>0){let o=s.map(([i,r])=>[f(i),f(r)]);n.push(ks("Arguments",c("dl","scl-values",{},...Es(o))))}else e!==""&&t===null&&n.push(Le(e));if(t!==null){let o=t.bytes===null?"":`, ${ge(t.bytes)}`,i=c("pre","",{tabindex:"0","aria-label":"Result"},ue(t.text));n.push(ks(`Result: ${f(t.type)}${o}`,i))}return n}function ks(s,e){return c("div","scl-block",{},c("span","scl-block-title",{},s),e)}function Le(s){return c("p","scl-quiet",{},s)}function Es(s){return s.map(([e,t])=>c("div","",{},c("dt","",{},e),c("dd","",{},t)))}function Qi(s){let e=[];return s?.cpuSeconds!=null&&e.push(`${W(s.cpuSeconds)} of CPU`),s?.peakMemory!=null&&s.peakMemory>0&&e.push(`${ge(s.peakMemory)} of memory in its worker`),s?.bytesIn!=null&&s.bytesIn>0&&e.push(`${ge(s.bytesIn)} in`),s?.bytesOut!=null&&s.bytesOut>0&&e.push(`${ge(s.bytesOut)} out`),e.length===0?[]:[["took",e.join(", ")],["of all tasks","client.resource_usage()"]]}function Zi(s){let e=[],t=n=>new Date(n*1e3).toLocaleTimeString();if(s.groupName!==""&&e.push(["group",f(s.groupName)]),s.worker!==""&&e.push(["worker",f(s.worker)]),e.push(["submitted",t(s.submittedAt)]),s.startedAt!==null&&e.push(["started",`${t(s.startedAt)}, after ${W(s.startedAt-s.submittedAt)}`]),s.endedAt!==null){let n=s.startedAt===null?"":`, having run ${W(s.endedAt-s.startedAt)}`;e.push(["ended",t(s.endedAt)+n])}if(s.progress&&e.push(["progress",f(dn(s.progress))]),s.cancelRequestedAt!==null){let n=s.cancelRequestedBy===""?"":` by ${f(s.cancelRequestedBy)}`;e.push(["cancel requested",t(s.cancelRequestedAt)+n])}if(s.cancelResolution!==null){let n=s.cancelSeconds===null?"":`, ${Je(s.cancelSeconds)} after the request`;e.push(["settled",`${er(s)}${n}`])}return s.detail!==""&&e.push([s.status==="cancelling"?"waits for":"note",f(s.detail)]),s.attempt>1&&e.push(["attempt",String(s.attempt)]),s.tags.length>0&&e.push(["tags",f(s.tags.join(", "))]),e.push(["id",s.id]),e}function er(s){switch(s.cancelResolution){case"never_started":return"never started: taken out of the queue";case"interrupted":return"interrupted: stopped inside the task, its worker lives on";case"killed":return"killed: its worker process was stopped";case"finished_first":return"finished first: its result came before the cancel and was discarded";case"lost":return"lost: the engine went away before answering";case null:return""}}var tr=.005,pn=.5,nr=1,sr=60,Ts=2,or=3,ir=8;function Ms(s,e){let t=s.progress?Oe(s.progress):null,n=s.startedAt===null?0:e-s.startedAt;return t===null||t<tr||t>=1||n<pn?null:n*(1-t)/t}function As(s,e){let{settled:t,size:n,startedAt:o,counts:i}=s,r=o===null?0:e-o;if(!(i.running+i.cancelling>0)||t<Ts||t===n||r<pn)return null;let a=s.lastEndedAt??e,d=(a-(o??a))/t;return e-a>Math.max(or,ir*d)?null:(n-t)*r/t}var wt=class{samples=[];of(e,t,n){let o=this.samples.at(-1);if(e===t||o!==void 0&&e<o.settled)return this.samples=[],null;for((o===void 0||n-o.at>=nr)&&this.samples.push({at:n,settled:e});(this.samples[1]?.at??n)<=n-sr;)this.samples.shift();let i=this.samples[0],r=e-(i?.settled??e);return i===void 0||r<Ts||n-i.at<pn?null:(t-e)*(n-i.at)/r}};function Ne(s){if(s<10)return`~${Math.max(1,Math.round(s))} s`;if(s<57.5)return`~${Math.round(s/5)*5} s`;if(s<295){let o=Math.round(s/10),i=o%6*10;return`~${Math.floor(o/6)} min${i===0?"":` ${i} s`}`}let e=Math.round(s/60);if(e<60)return`~${e} min`;let t=Math.round(e%60/10)*10;return`~${Math.floor(e/60)+(t===60?1:0)} h${t%60===0?"":` ${t} min`}`}var we={arguments:"",result:"",line:""};function bt(s,e,t=we,n=null){switch(s.status){case"running":return rr(s,e,t);case"queued":return ve(Pe(mn(s),s.detail===""?ar(n):s.detail));case"waiting":case"retrying":return ve(s.detail===""?"waits for other tasks":s.detail);case"failed":return ve(s.error,"failed");case"cancelling":{let o=yt(e-(s.cancelRequestedAt??e));return ve(Pe(`${o}${Os(s)}`,s.detail),"cancelling")}case"cancelled":return ve(Pe(dr(s)+Os(s),s.detail));case"succeeded":return ve(t.result)}}function rr(s,e,t){let{progress:n}=s;if(!n)return ve(Pe(mn(s),t.line));let o=Ms(s,e),i=Pe(lr(n),o===null?"":`${Ne(o)} left`,n.note);return{word:"",text:Pe(mn(s),i),share:Oe(n)}}function lr(s){let{done:e,total:t}=s,n=Oe(s),o=Number.isInteger(e)&&(t===null||Number.isInteger(t));return n===null||t===null?Number.isInteger(e)?T(e):e.toPrecision(3):o?`${T(e)}/${T(t)}`:`${Math.floor(n*100)} %`}function mn(s){return s.attempt>1?`attempt ${s.attempt}`:""}function ar(s){return s===null?"":s===0?"first in the queue":`${T(s)} queued before it`}function dr(s){let e=s.cancelSeconds===null?"":` in ${Je(s.cancelSeconds)}`;switch(s.cancelResolution){case"never_started":return"never started";case"interrupted":return`stopped${e}`;case"killed":return`killed${e}`;case"finished_first":return"finished first, result discarded";case"lost":return"lost with its engine";case null:return"cancelled"}}function Os(s){return s.cancelRequestedBy===""?"":`, from ${s.cancelRequestedBy}`}function ve(s,e=""){return{word:e,text:s,share:null}}function Pe(...s){return s.filter(e=>e!=="").join(" · ")}var cr=300,ur=60,hr=4,pr=2500,mr=4e3,$e=class{constructor(e,t){this.actions=e;this.changed=t}known=new Map;wanted=new Map;timer=0;isBusy=!1;dispose(){window.clearTimeout(this.timer)}of(e){let t=this.known.get(e.id);return t?.of!==Rs(e)&&this.isWorthAsking(e)&&(this.wanted.set(e.id,e),this.schedule()),t?.glimpse??we}isWorthAsking(e){return this.actions.glimpses!==void 0?!0:this.actions.details!==void 0&&e.status==="running"&&fr(e)}schedule(){if(this.timer===0&&!this.isBusy){let e=this.actions.glimpses!==void 0;this.timer=window.setTimeout(()=>{this.timer=0,this.request()},e?cr:pr)}}async request(){let e=this.actions.glimpses===void 0?hr:ur,t=[...this.wanted.values()].slice(-e);this.wanted.clear(),this.isBusy=!0;try{let n=await this.fetch(t);for(let o of t)this.keep(o,n.get(o.id)??we);this.changed()}catch{for(let n of t)this.keep(n,we)}finally{this.isBusy=!1}this.wanted.size>0&&this.schedule()}async fetch(e){let{actions:t}=this;if(t.glimpses!==void 0)return t.glimpses(e.map(({id:o})=>o));let n=await Promise.all(e.map(async({id:o})=>{let i=(await t.details?.(o))?.output??"";return[o,{...we,line:gr(i)}]}));return new Map(n)}keep(e,{arguments:t,result:n,line:o}){let i=this.known.get(e.id)?.glimpse??we,r={arguments:t||i.arguments,result:n,line:o};this.known.delete(e.id),this.known.set(e.id,{of:Rs(e),glimpse:r});for(let l of this.known.keys()){if(this.known.size<=mr)break;this.known.delete(l)}}};function Rs(s){return N(s.status)?s.status:`${s.attempt} ${s.outputBytes}`}function fr(s){return s.outputBytes>0}function gr(s){return us(s).split(`
`).filter(t=>t.trim()!=="").at(-1)?.trim()??""}var yr=["succeeded","failed","cancelled","cancelling","running","retrying","queued","waiting"],vr=.004,he=class{node=c("div","scl-bar");segments=new Map;constructor(){for(let e of yr){let t=c("span","scl-segment",{"data-status":e,hidden:""});this.segments.set(e,t),this.node.append(t)}}draw(e){let t=w.reduce((n,o)=>n+e[o],0);for(let[n,o]of this.segments){let i=t===0?0:e[n]/t,r=i===0?"0":String(Math.max(i,vr));o.style.flexGrow!==r&&(o.style.flexGrow=r,o.hidden=i===0)}}};var Fe=class{eta=new wt;of(e){let{counts:t,size:n,settled:o}=e,i=e.phase==="ended"?null:this.eta.of(o,n,e.now()),r=[`${T(o)}/${T(n)}`];return t.failed>0&&r.push(`${T(t.failed)} failed`),i!==null&&r.push(Ne(i)),r.join(" · ")}};var wr=/\[\d+\]$/;function Qe(s,e,t){let n=wr.exec(s)?.[0]??"",o=n===""?s:s.slice(0,-n.length);if(t&&n!==""&&o===e)return{stem:"",tail:n};let r=/^[\x20-\x7e]*$/.test(o)&&o.length>18?6:0;return{stem:o.slice(0,o.length-r),tail:o.slice(o.length-r)+n}}function fn(s){let e=0;for(let t of s){let n=t.codePointAt(0)??0;n>=4352&&(n>=11904||n<=4447)&&(e+=1)}return s.length+e}var ze=2,br={stop:"Cancel",kill:"Kill the workers of",retry:"Retry"},xr="Requested; waiting for the answer",xt=class s{node;id="";nameColumns=0;extraColumns=0;shown=null;shownBelow=!1;check=pe("check",1);state=pe("state",2);icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");number=pe("number",3);name=pe("name",4);stem=c("span","scl-stem");tail=c("span","scl-tail");extra=c("span","scl-extra");worker=pe("worker",5);now=pe("now",6);bar=new he;progress=c("span","scl-progress",{"aria-hidden":"true"});filled=c("span","scl-filled");word=c("span","scl-word");text=c("span","scl-text");time=pe("time",7);doing=pe("doing",8);stop=Cs("scl-stop","stop");more=Cs("scl-more","details");constructor(e){this.check.append(c("span","scl-tick",{"aria-hidden":"true"})),this.state.append(this.icon,this.stateWord),this.name.append(c("span","scl-name",{},this.stem,this.tail),this.extra),this.bar.node.setAttribute("aria-hidden","true"),this.progress.append(this.filled),this.now.append(this.bar.node,this.progress,this.word,this.text),this.doing.append(this.stop,this.more),this.node=c("div","scl-row",{role:"row",id:e},this.check,this.state,this.number,this.name,this.worker,this.now,this.time,this.doing)}get wants(){return this.nameColumns+this.extraColumns}static buttonOf(e,t){if(t.isOver||e.status==="succeeded")return null;if(N(e.status))return t.isPending?"asked":"retry";if(e.status==="cancelling"){let n=e.cancelRequestedAt??t.now;return t.canKill&&t.now-n>ze?"kill":"asked"}return t.isPending?"asked":"cancel"}static buttonOfGroup(e,{isOver:t,canKill:n,now:o}){let{counts:i}=e,r=V(i);if(t)return null;if(r>0)return["stop",r];if(i.cancelling>0){let a=n?e.stillCancelling(o-ze).length:0;return a>0?["kill",a]:["asked",i.cancelling]}let l=i.failed+i.cancelled;return l>0?["retry",l]:null}update(e,t){this.id=e.id,this.place(t);let{isBelow:n}=t;this.shown===null&&this.becomeTask(),(this.shown!==e||this.shownBelow!==n)&&(this.writeFacts(e,n),this.shown=e,this.shownBelow=n),this.writeExtra(f(t.glimpse.arguments)),g(this.time,ye(e,t.now)),this.say(e.status,bt(e,t.now,t.glimpse,t.before)),this.writeButton(e,s.buttonOf(e,t))}updateGroup(e,t){this.id=e.id,this.place(t),this.shown=null,this.node.classList.add("scl-group"),this.bar.node.hidden=!1,this.progress.hidden=!0,this.more.classList.add("scl-hidden"),this.writeStatus(e.status),A(this.node,"aria-expanded",String(!t.isFolded)),g(this.number,String(e.first));let n=f(e.name);this.writeName(Qe(n,"",!1),n),this.name.title=`${n}: ${F(e.size)}`,this.name.dataset.do="fold",this.writeExtra(F(e.size)),g(this.worker,""),g(this.time,ye(e,t.now)),this.bar.draw(e.counts),this.say(e.status,{word:"",text:Sr(e,t.now),share:null}),A(this.now,"title",oe(e.counts)),this.writeGroupButton(n,s.buttonOfGroup(e,t))}writeGroupButton(e,t){let[n,o]=t??["asked",0],i=n==="asked"?"stop":n,r=`${br[i]} ${F(o)}`;this.offer(t!==null,n,i,r,`${r} of ${e}`)}writeButton(e,t){let n=de(e.status),o=t==="kill"?"Kill the worker of":n?"Retry":"Cancel",i=t==="kill"?"It was requested to stop and has not yet: stop its worker process":o,r=t==="kill"?"kill":n?"retry":"stop";this.offer(t!==null,t??"asked",r,i,`${o} ${f(e.name)}`)}offer(e,t,n,o,i){let{stop:r}=this,l=t==="asked";r.disabled=l,r.classList.toggle("scl-hidden",!e),A(r,"data-do",n),A(r,"aria-label",i),r.title=l?xr:o}place(e){this.node.style.transform=`translateY(${e.top}px)`,A(this.node,"aria-rowindex",String(e.index+2)),A(this.node,"aria-selected",String(e.isSelected)),A(this.node,"aria-level",e.level===null?null:String(e.level)),this.node.classList.toggle("scl-active",e.isActive)}say(e,{word:t,text:n,share:o}){let i=f(n);g(this.word,t),this.word.hidden=t==="",g(this.text,i);let r=t===""?i:`${t}: ${i}`;A(this.now,"title",r),A(this.state,"title",r===""||t!==""?e:`${e}: ${r}`),this.progress.hidden=o===null;let l=`${(o??0)*100}%`;this.filled.style.width!==l&&(this.filled.style.width=l)}writeStatus(e){this.node.dataset.status=e,g(this.icon,H[e]),g(this.stateWord,e)}becomeTask(){this.node.classList.remove("scl-group"),this.bar.node.hidden=!0,this.more.classList.remove("scl-hidden"),delete this.name.dataset.do,A(this.node,"aria-expanded",null)}writeFacts(e,t){this.writeStatus(e.status),g(this.number,String(e.number));let n=f(e.name);this.writeName(Qe(n,f(e.groupName),t),n),A(this.more,"aria-label",`Details of ${n}`),this.more.title="Details",g(this.worker,f(e.worker)),this.worker.title=f(e.worker)}writeName({stem:e,tail:t},n){g(this.stem,e),g(this.tail,t),this.name.title=n,this.nameColumns=fn(e+t)}writeExtra(e){this.extra.textContent!==e&&(g(this.extra,e),this.extra.title=e,this.extraColumns=e===""?0:fn(e)+2)}};function Sr(s,e){let{counts:t,settled:n,size:o}=s,i=As(s,e);return[`${T(n)}/${T(o)}`,t.failed>0?`${T(t.failed)} failed`:"",t.cancelled>0?`${T(t.cancelled)} cancelled`:"",i===null?"":Ne(i)].filter(r=>r!=="").join(" · ")}function pe(s,e){return c("div",`scl-cell scl-c-${s}`,{role:"gridcell","aria-colindex":String(e)})}function Cs(s,e){return c("button",`scl-act ${s}`,{type:"button",tabindex:"-1","data-do":e})}var kr=2e3,Er=1,St=class{constructor(e,t,n){this.store=e;this.commands=t;this.glimpses=n;for(let i of[this.bar.node,this.progress])i.setAttribute("aria-hidden","true");this.stop=I("scl-one-stop","Cancel",()=>{this.onClick()});let o=c("span","scl-one-now",{},this.word,this.text);this.node=c("div","scl-one",{role:"group","aria-label":"Progress"},this.icon,this.stateWord,this.name,this.bar.node,this.progress,o,this.time,this.stop)}node;icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");stem=c("span","scl-stem");tail=c("span","scl-tail");name=c("span","scl-name scl-one-name",{},this.stem,this.tail);bar=new he;filled=c("span","scl-filled");progress=c("span","scl-progress",{},this.filled);word=c("span","scl-word");text=c("span","scl-one-text");time=c("span","scl-one-time");stop;headline=new Fe;times={startedAt:null,endedAt:null};readAt=-1;get only(){return this.store.size===1?this.store.rows[0]:void 0}draw(){let{store:e,only:t}=this,n=t?.status??Tr(e);this.node.dataset.status=n,g(this.icon,H[n]),g(this.stateWord,n);let o=f(t?.name??e.engine?.label??""),{stem:i,tail:r}=Qe(o,"",!1);g(this.stem,i),g(this.tail,r),this.name.title=o,this.bar.node.hidden=t!==void 0,this.bar.draw(e.counts),this.say(t===void 0?this.ofAll():this.ofOne(t)),g(this.time,ye(this.timesAt(e.now()),e.now())),this.drawButton()}say({word:e,text:t,share:n}){let o=f(t);g(this.word,e),this.word.hidden=e==="",g(this.text,o),this.text.title=o,this.progress.hidden=n===null,this.filled.style.width=`${(n??0)*100}%`}ofAll(){return A(this.node,"title",oe(this.store.counts)),{word:"",text:this.store.size===0?"":this.headline.of(this.store),share:null}}ofOne(e){A(this.node,"title",e.status);let t=bt(e,this.store.now(),this.glimpses?.of(e));return t.word!==""?e.status==="failed"&&this.glimpses===null?{...t,text:""}:t:t.text===""?{...t,text:e.status}:t}drawButton(){let{counts:e,phase:t}=this.store,n=e.cancelling>0||this.commands.pending.size>0,o=V(e)>0&&this.commands.pending.size===0,i=!o&&this.late.length>0;this.stop.hidden=t==="ended"||!(o||n),this.stop.disabled=!(o||i),g(this.stop,i?"Kill":o?"Cancel":"Cancelling …"),this.stop.title=i?"Stop the worker: the task has not ended since the request":""}onClick(){V(this.store.counts)>0?this.commands.stopListed():this.commands.stop(this.late,!0)}get late(){let{store:e}=this;if(e.counts.cancelling===0||e.engine?.canStopRunning!==!0)return[];let t=e.now()-ze;return e.rows.filter(({status:n,cancelRequestedAt:o})=>n==="cancelling"&&(o??t)<t).map(({id:n})=>n)}timesAt(e){let{rows:t}=this.store;return(t.length<=kr||e>=this.readAt+Er)&&(this.readAt=e,this.times=Mr(t)),this.times}};function Tr({counts:s}){return w.find(e=>s[e]>0)??"waiting"}function Mr(s){let e=null,t=null,n=!1;for(let o of s)o.startedAt!==null&&(e===null||o.startedAt<e)&&(e=o.startedAt),N(o.status)?o.endedAt!==null&&(t===null||o.endedAt>t)&&(t=o.endedAt):n=!0;return{startedAt:e,endedAt:n?null:t}}var De=["state","number","name","worker","time","note"],kt={key:"state",descending:!1};function Ze(s){return"version"in s}function U(s){return s.map(e=>e.id)}function gn(s){return Ze(s)?s.number:s.first}function Is(s){return s.sort((e,t)=>gn(e)-gn(t))}function Ls(s,{key:e,descending:t},n){if(e==="state"){let i=new Map(w.map(l=>[l,[]]));for(let l of s)i.get(l.status)?.push(l);return(t?[...w].reverse():w).flatMap(l=>i.get(l)??[])}if(e==="number"&&!t)return s;let o=[...s];if(e!=="number"){let i=new Map(s.map(r=>[r.id,Ar(r,e,n)]));o.sort((r,l)=>Or(i.get(r.id),i.get(l.id)))}return t?o.reverse():o}function Ar(s,e,t){switch(e){case"state":return w.indexOf(s.status);case"number":return gn(s);case"name":return s.name.toLowerCase();case"worker":return Ze(s)?s.worker:"";case"time":return s.startedAt===null?-1:(s.endedAt??t)-s.startedAt;case"note":return Ze(s)?s.cancelResolution??s.error:""}}function Or(s,e){return typeof s=="string"&&typeof e=="string"?s===e?0:s===""?1:e===""||s<e?-1:1:Number(s)-Number(e)}var Et=class{constructor(e){this.store=e}tasks=new Set;groups=new Set;has(e){return this.tasks.has(e)||this.groups.has(e)||this.groups.size>0&&this.groups.has(this.store.groupOf(e)?.id??"")}get size(){return this.sumOfGroups(e=>e.size)+this.tasks.size}get rows(){let e=[...this.groups].flatMap(t=>this.store.group(t)?.rows??[]);for(let t of this.tasks){let n=this.store.get(t);n===void 0?this.tasks.delete(t):e.push(n)}return e}get stoppable(){return U(this.rows.filter(e=>ne(e.status)))}get stoppableCount(){return this.sumOfGroups(({counts:e})=>V(e))+this.count(ne)}get retriableCount(){return this.sumOfGroups(({counts:t})=>t.failed+t.cancelled)+this.count(de)}add(e){if(se(e)){this.groups.add(e);for(let t of this.tasks)this.store.groupOf(t)?.id===e&&this.tasks.delete(t)}else this.has(e)||this.tasks.add(e)}remove(e){if(this.tasks.delete(e)||this.groups.delete(e))return;let t=this.store.groupOf(e);if(t!==null&&this.groups.delete(t.id)){for(let n of t.rows)this.tasks.add(n.id);this.tasks.delete(e)}}clear(){this.tasks.clear(),this.groups.clear()}count(e){let t=0;for(let n of this.tasks){let o=this.store.get(n);t+=o!==void 0&&e(o.status)?1:0}return t}sumOfGroups(e){let t=0;for(let n of this.groups){let o=this.store.group(n);o===void 0?this.groups.delete(n):t+=e(o)}return t}};var Rr=8,Cr=5e3,be=class{constructor(e,t=new fe){this.folding=t;this.store=e,this.selection=new Et(e)}store;statuses=new Set;search="";stretch=null;order=kt;held=!1;listed=[];positions=null;madeOf=-1;isStale=!0;dearUntil=0;isGrouped=!0;room=12;cleared=new Set;selection;anchor=null;active=null;get filter(){return this.statuses}get query(){return this.search}get sort(){return this.order}get isFiltered(){return this.statuses.size>0||this.search!==""||this.stretch!==null}get during(){return this.stretch}listDuring(e){this.stretch=e,this.isStale=!0}toggleStatus(e){let t=new Set(this.statuses);t.delete(e)||t.add(e),this.statuses=t.size===w.length?new Set:t,this.isStale=!0}find(e){this.search=e.trim().toLowerCase(),this.isStale=!0}showAll(){this.cleared.clear(),this.statuses=new Set,this.search="",this.stretch=null,this.isStale=!0}sortBy(e){this.order.key!==e?this.order={key:e,descending:!1}:this.order.descending?this.order=kt:this.order={key:e,descending:!0},this.isStale=!0}cycleStatus(e){let{counts:t}=this.store,n=[null,...w.filter(l=>t[l]>0)],[o]=this.statuses.size===1?this.statuses:[null],i=Math.max(n.indexOf(o??null),0),r=n[(i+e+n.length)%n.length]??null;this.statuses=r===null?new Set:new Set([r]),this.isStale=!0}cycleSort(){let e=De.indexOf(this.order.key);this.order={key:De[(e+1)%De.length]??"state",descending:!1},this.isStale=!0}reverseSort(){this.order={...this.order,descending:!this.order.descending},this.isStale=!0}restore(e,t,n){this.order=e,this.statuses=new Set(t),this.find(n)}clearDone(){for(let{id:e,status:t}of this.store.rows)N(t)&&this.cleared.add(e);this.isStale=!0}get clearedCount(){return this.cleared.size}get groupsAreListed(){return this.isGrouped&&!this.isFiltered}get groupsAreWanted(){return this.isGrouped}listGroups(e){this.isGrouped=e,this.isStale=!0}isFolded(e){return this.folding.isFolded(e)}roomFor(e){e!==this.room&&(this.room=e,this.isStale=!0)}get isOneGroup(){let e=this.store.onlyGroup;return e!==null&&this.store.engine?.label===e.name&&this.store.ungroupedCount===0}fold(e,t){let n=this.store.group(e),o=this.indexOf(e);if(n===void 0||o<0||this.isFolded(n)===t)return;this.folding.set(n,t);let i=a=>a!==void 0&&this.store.groupOf(a)?.id===e,r=o+1;for(;i(this.listed[r]);)r+=1;let l=t?[]:U(this.sorted(this.uncleared(n.rows)));this.listed=[...this.listed.slice(0,o+1),...l,...this.listed.slice(r)],this.positions=null,this.active!==null&&t&&i(this.active)&&(this.active=e)}hold(e){this.held!==e&&(this.held=e,this.isStale||=!e&&this.madeOf!==this.store.revision,e||(this.madeOf=-1))}get ids(){if(!this.isStale&&this.madeOf===this.store.revision)return this.listed;if(this.held&&!this.isStale)this.listed=this.kept();else{if(!this.isStale&&performance.now()<this.dearUntil)return this.listed;{let e=performance.now();this.listed=this.arranged();let t=performance.now()-e,n=this.listed.length<Cr||t<4;this.dearUntil=n?0:e+t*(1+Rr)}}return this.isStale=!1,this.madeOf=this.store.revision,this.positions=null,this.listed}get isBehind(){return!this.held&&this.madeOf!==this.store.revision}indexOf(e){if(e===null)return-1;let t=this.ids;return this.positions??=new Map(t.map((n,o)=>[n,o])),this.positions.get(e)??-1}kept(){let e=new Set(this.listed),t=this.listed.filter(o=>this.isThere(o)),n=this.things().filter(o=>!e.has(o.id));return t.concat(this.withMembers(n).filter(o=>!e.has(o)))}isThere(e){return se(e)?this.store.group(e)!==void 0:this.store.get(e)!==void 0}arranged(){let e=this.sorted(this.things());return this.groupsAreListed?this.withMembers(e):U(e)}things(){if(!this.groupsAreListed||this.isOneGroup){let{rows:o}=this.store;return this.isFiltered||this.cleared.size>0?o.filter(i=>!this.cleared.has(i.id)&&this.matches(i)):o}let e=this.uncleared(this.store.ungrouped),t=e.length,n=[];for(let o of this.store.groups){if(this.cleared.size>0&&o.rows.every(({id:r})=>this.cleared.has(r)))continue;let i=o.size===1?o.rows[0]:void 0;e.push(i??o),i===void 0&&n.push(o)}return this.folding.fit(n,this.room-e.length),t===0||t===e.length?e:Is(e)}uncleared(e){return this.cleared.size===0?e:e.filter(({id:t})=>!this.cleared.has(t))}withMembers(e){let t=[];for(let n of e)if(t.push(n.id),!Ze(n)&&!this.isFolded(n))for(let o of this.sorted(this.uncleared(n.rows)))t.push(o.id);return t}sorted(e){return Ls(e,this.order,this.store.now())}matches(e){if(this.statuses.size>0&&!this.statuses.has(e.status)||this.stretch!==null&&!Ir(e,this.stretch))return!1;if(this.search==="")return!0;let n=[e.name,e.worker,`#${e.number}`,e.error,e.detail,...e.tags].join(`
`).toLowerCase();return this.search.split(/\s+/).every(o=>n.includes(o))}get meant(){let{active:e}=this,t=this.selection.rows;if(t.length>0||e===null)return t;let n=this.store.get(e);return n===void 0?this.store.group(e)?.rows??[]:[n]}get listedRows(){let e=[];for(let t of this.ids){let n=se(t)?this.store.group(t):void 0,o=this.store.get(t);o!==void 0?e.push(o):n!==void 0&&this.isFolded(n)&&e.push(...this.sorted(n.rows))}return e}stoppable(e){let t=[],n=o=>{o!==void 0&&(e?J(o.status):ne(o.status))&&t.push(o.id)};for(let o of this.ids){let i=se(o)?this.store.group(o):void 0;i===void 0?n(this.store.get(o)):this.isFolded(i)&&i.rows.forEach(n)}return t}selectOnly(e){this.selection.clear(),this.selection.add(e),this.anchor=e,this.active=e}toggle(e){this.selection.has(e)?this.selection.remove(e):this.selection.add(e),this.anchor=e,this.active=e}extendTo(e){let t=this.indexOf(this.anchor??this.active??e),n=this.indexOf(e);if(t<0||n<0){this.selectOnly(e);return}this.selection.clear();let[o,i]=t<n?[t,n]:[n,t];for(let r of this.ids.slice(o,i+1))this.selection.add(r);this.active=e}selectAll(){for(let e of this.ids)this.selection.add(e)}clearSelection(){this.selection.clear(),this.anchor=null}move(e){let t=this.ids;if(t.length===0)return null;let n=this.indexOf(this.active),o=n<0&&e>0&&e!==1/0?0:n+e;return this.active=t[Math.min(Math.max(o,0),t.length-1)]??null,this.active}};function Ir({startedAt:s,endedAt:e},{from:t,to:n}){return s!==null&&s<=n&&(e===null||e>=t)}function Tt(s){let e=()=>{s.dataset.theme=Lr(s)?"dark":"light"},t=[],n=()=>{e(),t.forEach(window.clearTimeout.bind(window)),t=[300,1500,5e3].map(l=>window.setTimeout(e,l))};n();let o=new MutationObserver(n),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-theme"]};o.observe(document.documentElement,i),o.observe(document.body,i);let r=window.matchMedia("(prefers-color-scheme: dark)");return r.addEventListener("change",e),()=>{o.disconnect(),t.forEach(window.clearTimeout.bind(window)),r.removeEventListener("change",e)}}function Lr(s){for(let e=s.parentElement;e!==null;e=e.parentElement){let t=/rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?/.exec(getComputedStyle(e).backgroundColor);if(t!==null&&Number(t[4]??1)>.5){let[n,o,i]=[Number(t[1]),Number(t[2]),Number(t[3])];return .299*n+.587*o+.114*i<128}}return window.matchMedia("(prefers-color-scheme: dark)").matches}var _s=500,_r=6;function Ns(s,e,t){return $s(s,e,t,!1)}function Ps(s,e,t){return $s(s,e,t,!0)}function $s(s,e,t,n){let o=0,i=0,r="",l=()=>{o===0&&(o=requestAnimationFrame(()=>{o=0,L()}))},a=_=>{r=_,i=Date.now()+_r*1e3,l()},d=new Ie(()=>{s.focus()}),u=new Ce(e,new be(e),t,{changed:l,notice:a,ask:(_,R,C)=>{d.ask(f(_),R,C)}}),h=n?null:new $e(t,l),m=new St(e,u,h),p=n?new _e(t,null,{close:l,notice:a}):null,x=new Re,E=c("div","scl-foot"),L=()=>{m.draw(),p?.draw(m.only??null),x.draw(e.counts);let _=e.phase==="ended"&&e.settled<e.size;g(E,Date.now()<i?f(r):_?f(e.endReason):""),E.hidden=E.textContent==="",d.isOpen&&e.settled===e.size&&d.close(),s.dataset.phase=e.phase};s.classList.add("scl",n?"scl-is-task":"scl-is-line"),s.tabIndex=-1,s.replaceChildren(m.node,d.node,...p===null?[]:[p.node],E,x.node);let M=Tt(s),S=e.subscribe(l),v=window.setInterval(()=>{(e.settled<e.size||Date.now()<i+_s)&&l()},_s);return L(),{notice:a,dispose:()=>{cancelAnimationFrame(o),window.clearInterval(v),S(),M(),h?.dispose(),p?.dispose(),s.replaceChildren()}}}function Fs(s){return typeof s=="object"?s.key:s}function zs(s,e){let t=s.length;return new Proxy(s,{get(n,o,i){if(typeof o=="string"){let r=o.charCodeAt(0);if(r>=48&&r<=57){let l=+o;if(Number.isInteger(l)&&l>=0&&l<t){let a=n[l];if(typeof a!="object"){let d=e[l*2];a=n[l]={index:l,key:a,start:d,size:e[l*2+1],end:d+e[l*2+1],lane:0}}return a}}if(o==="length")return t}return Reflect.get(n,o,i)}})}function xe(s,e,t){let n=t.initialDeps??[],o,i=!0;function r(){var l;let d=0,u=s();if(!(u.length!==n.length||u.some((p,x)=>n[x]!==p)))return o;n=u;let m=0;return o=e(...u),t?.onChange&&!(i&&t.skipInitialOnChange)&&t.onChange(o),i=!1,o}return r.updateDeps=l=>{n=l},r}function yn(s,e){if(s===void 0)throw new Error(`Unexpected undefined${e?`: ${e}`:""}`);return s}var ie=(s,e)=>Math.abs(s-e)<1.01,Ds=(s,e,t)=>{let n;return Object.assign(function(...o){s.clearTimeout(n),n=s.setTimeout(()=>e.apply(this,o),t)},{cancel:()=>{s.clearTimeout(n)}})};function Hs({offset:s,isScrolling:e,elementMax:t,holdOffset:n,scrollOffset:o,pendingWrite:i,clampedMaxAtWrite:r}){var l;return e&&i===null&&s===o?"spurious":i!==null&&Math.abs(s-i.target)<1.5?"readBack":i!==null&&!i.smooth&&t!==null&&i.target>t+n+.5&&Math.abs(s-(t+n))<1.5||i!==null&&!i.smooth&&((l=i.lowMaxes)!=null&&l.some(a=>Math.abs(s-a)<1.5))?"clampedReadBack":r!==null&&Math.abs(s-r)<1.5?"clampedEcho":"external"}var Nr=s=>s==="smooth"||s==="smoothFinishing";function js({kind:s,offset:e,command:t,target:n}){return s!=="spurious"&&s!=="readBack"&&s!=="clampedReadBack"&&t?.index!=null&&t.phase!=="queued"&&!Nr(t.phase)&&!ie(e,t.lastTargetOffset)&&!ie(e,n())&&s!=="clampedEcho"}var vn=40;function Ws(s){let e=s[s.length-1];if(e===void 0)return!1;let t=s.length-2;for(;t>=0&&e.t-s[t].t<vn;)t--;if(t<0)return!1;let n=s[t],o=t-1;for(;o>=0&&n.t-s[o].t<vn;)o--;if(o<0)return!1;let i=s[o],r=(e.offset-n.offset)/(e.t-n.t),l=(n.offset-i.offset)/(n.t-i.t);return r*l>=0&&Math.abs(r)>=2*Math.abs(l)&&Math.abs(r)-Math.abs(l)>=.8}function Bs(s){let e=s[s.length-1];if(e===void 0)return!1;let t=s.length-2;for(;t>=0&&e.t-s[t].t<vn;)t--;if(t<0)return!1;let n=s[t];return Math.abs(e.offset-n.offset)/(e.t-n.t)>=.05}var et,tt=()=>{if(et!==void 0)return et;if(typeof navigator>"u")return et=!1;if(/iP(hone|od|ad)/.test(navigator.userAgent))return et=!0;let s=navigator.maxTouchPoints;return et=navigator.platform==="MacIntel"&&s!==void 0&&s>0},wn,Pr=()=>wn!==void 0?wn:wn=tt()&&typeof CSS<"u"&&typeof CSS.supports=="function"&&CSS.supports("overflow-anchor: auto"),qs=()=>!tt()||Pr();var He={capture:!0,passive:!0},Mt=class{constructor(e){this.host=e,this._touch=null,this.inMotion=()=>this._touch!==null&&this._touch.phase!=="lateFling",this.dragging=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved},this.tail=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="tail"?this._touch.moved?"fling":"tap":null},this.onScroll=({isScrolling:t,ownReadBack:n,moved:o,external:i})=>{var r,l,a;return t&&((r=this._touch)==null?void 0:r.phase)==="tail"?this._openTail(this._touch.moved||!n,!1):((l=this._touch)==null?void 0:l.phase)==="lateFling"&&(this.host.now()>this._touch.until?this._touch=null:i&&t&&o&&this._openTail(!0,!1)),!n&&t&&o&&((a=this._touch)==null?void 0:a.phase)==="down"?(this._touch.moved=!0,!0):!1},this.touchStart=()=>{this.end(),this._touch={phase:"down",moved:!1}},this.touchEnd=()=>{var t;let n=((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved;this.end(),this._openTail(n,n)},this.end=()=>{var t;let n=this.host.getWindow();((t=this._touch)==null?void 0:t.phase)==="tail"&&n!=null&&n.clearTimeout(this._touch.timerId),this._touch=null},this.listen=t=>{let n=()=>this.touchStart(),o=()=>this.touchEnd();return t.addEventListener("touchstart",n,He),t.addEventListener("touchend",o,He),t.addEventListener("touchcancel",o,He),()=>{t.removeEventListener("touchstart",n,He),t.removeEventListener("touchend",o,He),t.removeEventListener("touchcancel",o,He),this.end()}},this._openTail=(t,n)=>{let o=this.host.getWindow();if(o==null)return;this.end();let i={phase:"tail",moved:t,awaitingFling:n,timerId:o.setTimeout(()=>{if(this.host.tailStillMoving()){this._openTail(i.moved,i.awaitingFling);return}this._touch=i.awaitingFling?{phase:"lateFling",until:this.host.now()+1e3}:null,this.host.onTailClosed()},150)};this._touch=i}}get touch(){return this._touch}};var Gs=s=>{let{clientWidth:e,clientHeight:t}=s;return{width:e,height:t}},Vs=s=>{let e=new Set;return{schedule:t=>{let n=s.requestAnimationFrame(()=>{e.delete(n),t()});e.add(n)},cancel:()=>{e.forEach(t=>s.cancelAnimationFrame(t)),e.clear()}}},$r=s=>s,Fr=s=>{let e=s.overscan*Math.max(s.lanes??1,1),t=Math.max(s.startIndex-e,0),o=Math.min(s.endIndex+e,s.count-1)-t+1,i=new Array(o);for(let r=0;r<o;r++)i[r]=t+r;return i},Js=(s,e)=>{let t=s.scrollElement;if(!t)return;let n=s.targetWindow;if(!n)return;let o=l=>{let{width:a,height:d}=l;e({width:Math.round(a),height:Math.round(d)})};if(o(Gs(t)),!n.ResizeObserver)return()=>{};let i=Vs(n),r=new n.ResizeObserver(()=>{let l=()=>{o(Gs(t))};s.options.useAnimationFrameWithResizeObserver?i.schedule(l):l()});return r.observe(t,{box:"content-box"}),()=>{r.unobserve(t),i.cancel()}},Ks={passive:!0};var zr=typeof window>"u"?!0:"onscrollend"in window,Dr=(s,e,t)=>{let n=s.scrollElement;if(!n)return;let o=s.targetWindow;if(!o)return;let i=s.options.useScrollendEvent&&zr,r=0,l=i?null:Ds(o,()=>e(t(n),!1),s.options.isScrollingResetDelay),a=h=>()=>{r=t(n),l?.(),e(r,h)},d=a(!0),u=a(!1);return n.addEventListener("scroll",d,Ks),i&&n.addEventListener("scrollend",u,Ks),()=>{n.removeEventListener("scroll",d),i&&n.removeEventListener("scrollend",u),l?.cancel()}},Xs=(s,e)=>Dr(s,e,t=>{let{horizontal:n,isRtl:o}=s.options;return n?t.scrollLeft*(o&&-1||1):t.scrollTop});var Hr=(s,e,t)=>{if(t.options.useCachedMeasurements){let n=t.indexFromElement(s),o=t.options.getItemKey(n);return t.itemSizeCache.get(o)??t.options.estimateSize(n)}if(e?.borderBoxSize){let n=e.borderBoxSize[0];if(n)return Math.round(n[t.options.horizontal?"inlineSize":"blockSize"])}if(!e){let n=t.indexFromElement(s),o=t.options.getItemKey(n),i=t.itemSizeCache.get(o);if(i!==void 0)return i}return s[t.options.horizontal?"offsetWidth":"offsetHeight"]},jr=(s,{adjustments:e=0,behavior:t},n)=>{var o;let{scrollElement:i,options:r}=n,l=s+e,a=r.horizontal&&r.isRtl&&i!==null&&"ownerDocument"in i;(o=i?.scrollTo)==null||o.call(i,{[r.horizontal?"left":"top"]:a?-l:l,behavior:t})};var Ys=jr,Us=(s,e)=>s==="smooth"?e?"smoothLanded":"smooth":"instant",nt=s=>s?.phase==="smooth"||s?.phase==="smoothLanded";function Wr(s,e,t,n){if(e===0)return!1;let o=n(0),i=new Set,r=0;for(;r<s;){let a=t(r);if(a===o)break;i.add(a),r++}let l=s-r;if(l===0||l>=e)return!1;for(let a=0;a<l;a++)if(n(a)!==t(r+a))return!1;for(let a=l;a<e;a++)if(i.has(n(a)))return!1;return!0}var At=class{constructor(e){this.unsubs=[],this.scrollElement=null,this.targetWindow=null,this.isScrolling=!1,this.scrollState=null,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache=new Map,this.itemSizeCacheVersion=0,this.laneAssignments=new Map,this.pendingMin=null,this.prevLanes=void 0,this.lanesChangedFlag=!1,this.lanesSettling=!1,this.pendingScrollAnchor=null,this.scrollRect=null,this.scrollOffset=null,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._iosGesture=new Mt({getWindow:()=>this.targetWindow,now:()=>this.now(),tailStillMoving:()=>{let t=this.scrollState;if(t?.phase!=="queued"||this.pendingWrite!==null)return!1;let n=this._readElementOffset();return n===null||this._lastElementOffset===null||Math.abs(n-this._lastElementOffset)<1?!1:(this._lastElementOffset=n,t.samples=[...t.samples??[],{t:this.now(),offset:n}],!0)},onTailClosed:()=>{let t=this.scrollState;t?.phase==="queued"&&Bs(t.samples??[])&&(this.scrollState=null),this._flushHoldIfReady(!0),this._writeAwaitingCommand(),this._retryClampedAdjustment()}}),this._lastElementOffset=null,this.pendingWrite=null,this._clampedAdjustment=null,this.elementsCache=new Map,this._resizeBatch=null,this.now=()=>{var t,n,o;return((o=(n=(t=this.targetWindow)==null?void 0:t.performance)==null?void 0:n.now)==null?void 0:o.call(n))??Date.now()},this.observer=(()=>{let t=null,n=null,o=!1,i=!1,r=new Set,l=()=>{if(t)return t;let d=this.targetWindow;if(!d||!d.ResizeObserver)return null;let u=n=Vs(d);return t=new d.ResizeObserver(h=>{let m=()=>{let p={sync:!1};this._resizeBatch=p;try{h.forEach(a)}finally{this._resizeBatch=null,p.notify&&(this.notify(p.sync),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment(),this.measureElement(null))}};if(this.options.useAnimationFrameWithResizeObserver)u.schedule(m);else{o=!0;try{m()}finally{o=!1}}})},a=d=>{let u=d.target,h=this.indexFromElement(u);if(!u.isConnected){this.observer.unobserve(u);for(let[m,p]of this.elementsCache)if(p===u){this.elementsCache.delete(m);break}return}this.isIndexInRange(h)&&this.shouldMeasureDuringScroll(h)&&this.resizeItem(h,this.options.measureElement(u,d,this))};return{disconnect:()=>{var d;(d=l())==null||d.disconnect(),n?.cancel(),r.clear(),i=!1,t=null,n=null},observe:d=>{let u=l();if(u){if(!o){u.observe(d,{box:"border-box"});return}r.add(d),i||(i=!0,n?.schedule(()=>{i=!1,r.forEach(h=>{h.isConnected&&t?.observe(h,{box:"border-box"})}),r.clear()}))}},unobserve:d=>{var u;r.delete(d),(u=l())==null||u.unobserve(d)}}})(),this.range=null,this.setOptions=t=>{var n;let o={debug:!1,initialOffset:0,overscan:1,paddingStart:0,paddingEnd:0,scrollPaddingStart:0,scrollPaddingEnd:0,horizontal:!1,getItemKey:$r,rangeExtractor:Fr,onChange:()=>{},measureElement:Hr,initialRect:{width:0,height:0},scrollMargin:0,gap:0,indexAttribute:"data-index",initialMeasurementsCache:[],lanes:1,anchorTo:"start",followOnAppend:!1,scrollEndThreshold:1,isScrollingResetDelay:150,enabled:!0,isRtl:!1,useScrollendEvent:!1,useAnimationFrameWithResizeObserver:!1,laneAssignmentMode:"estimate",useCachedMeasurements:!1};for(let u in t){let h=t[u];h!==void 0&&(o[u]=h)}let i=this.options,r=null,l=null,a=!1;if(i!==void 0&&i.enabled&&o.enabled&&o.anchorTo==="end"&&this.scrollElement!==null){let u=i.count,h=o.count,m=this.getMeasurements(),p=((n=this._singleLaneMeasurements)==null?void 0:n.items)??m,x=v=>Fs(p[v]),E=u>0?x(0):null,L=u>0?x(u-1):null;if(h!==u||u>0&&h>0&&(o.getItemKey(0)!==E||o.getItemKey(h-1)!==L)){a=!0;let v=u>0?this.getVirtualItemForOffset(this.getScrollOffset())??m[0]:null;v&&(r=[v.key,this.getScrollOffset()-v.start]);let _=o.followOnAppend===!0?"auto":o.followOnAppend||null;_&&h>0&&this.isAtEnd(i.scrollEndThreshold)&&(u===0||o.getItemKey(h-1)!==L)&&(h>u||Wr(u,h,x,o.getItemKey))&&(l=_)}}this.options=o,a&&(this.pendingMin=0,this.itemSizeCacheVersion++);let d=null;if(r&&this.scrollOffset!==null&&!this._awaitingCommandReadBack()){let[u,h]=r,m=this.getMeasurements(),{count:p,getItemKey:x}=this.options,E=0;for(;E<p&&x(E)!==u;)E++;if(E<p){let L=m[E];if(L){let M=Math.max(0,L.start+h);!l&&M!==this.scrollOffset&&(d=M-this.scrollOffset,this.scrollOffset=M)}}}l?this.pendingScrollAnchor={kind:"follow",behavior:l}:d!==null&&(this._canWriteScroll()?this.pendingScrollAnchor={kind:"anchor",delta:d}:(this._holdOffset+=d,this._followOffsetTarget(d)))},this.notify=t=>{var n,o;(o=(n=this.options).onChange)==null||o.call(n,this,t)},this.maybeNotify=xe(()=>(this.calculateRange(),[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]),t=>{this.notify(t)},{key:!1,debug:()=>this.options.debug,initialDeps:[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]}),this.cleanup=()=>{var t;this.unsubs.filter(Boolean).forEach(n=>n()),this.unsubs=[],this.observer.disconnect(),this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null,(t=this._momentumStop)==null||t.restore(),this._momentumStop=null,this.isScrolling=!1,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._clampedAdjustment=null,this.pendingWrite=null,this.scrollElement=null,this.targetWindow=null},this._didMount=()=>()=>{this.cleanup()},this._willUpdate=()=>{var t;let n=this.options.enabled?this.options.getScrollElement():null;if(this.scrollElement!==n){if(this.cleanup(),!n){this.maybeNotify();return}this.scrollElement=n,this.scrollElement&&"ownerDocument"in this.scrollElement?this.targetWindow=this.scrollElement.ownerDocument.defaultView:this.targetWindow=((t=this.scrollElement)==null?void 0:t.window)??null,this.elementsCache.forEach(i=>{this.observer.observe(i)}),this.unsubs.push(this.options.observeElementRect(this,i=>{this.scrollRect=i,this.maybeNotify()})),this.unsubs.push(this.options.observeElementOffset(this,(i,r)=>{var l,a,d,u;let h=r?this._elementMaxScrollOffset():null,m=this._reportedOverscroll;this._reportedOverscroll=i<0||h!==null&&i>h+1;let p=i;this._lastElementOffset=p,i=this._toLayoutOffset(i);let x=this._classifyScrollEvent(i,r,h);if(x==="spurious")return;x==="readBack"?i=this.pendingWrite.target:x==="clampedReadBack"&&((l=this.scrollState)==null?void 0:l.index)!=null&&i<this.getMaxScrollOffset()-1.5?this.scrollState.lastTargetOffset=i:js({kind:x,offset:i,command:this.scrollState,target:()=>this.getScrollStateTarget(this.scrollState)})&&(this.scrollState=null),this.pendingWrite=null,this._clampedAdjustment!==null&&Math.abs(i-this._clampedAdjustment.maxAtWrite)>=1.5&&(this._clampedAdjustment=null);let E=this.getScrollOffset(),L=this.scrollDirection;this.scrollDirection=r?E===i?this.scrollDirection:E<i?"forward":"backward":null,this.scrollOffset=i,this.isScrolling=r;let M=this.scrollState;if(M?.phase==="queued"&&x==="external"&&r)if(m||this._reportedOverscroll)M.samples=[];else{let S=this.now();M.samples=[...(M.samples??[]).filter(v=>S-v.t<=200),{t:S,offset:p}],(L!==null&&this.scrollDirection!==L||Ws(M.samples))&&(this.scrollState=null)}this._iosGesture.onScroll({isScrolling:r,ownReadBack:x==="readBack",moved:i!==E,external:x==="external"&&((a=this.scrollState)==null?void 0:a.phase)!=="smooth"&&((d=this.scrollState)==null?void 0:d.phase)!=="smoothFinishing"})&&((u=this.scrollState)==null?void 0:u.phase)==="queued"&&(this.scrollState=null),this._flushHoldIfReady(!0),this.scrollState&&this.scheduleScrollReconcile(),this.maybeNotify()})),"addEventListener"in this.scrollElement&&this.unsubs.push(this._iosGesture.listen(this.scrollElement)),this._scrollToOffset(this.getScrollOffset())}this._noteClampMax();let o=this.pendingScrollAnchor;this.pendingScrollAnchor=null,o&&this.scrollElement&&this.options.enabled&&(o.kind==="anchor"?this._canWriteScroll()?nt(this.scrollState)&&!ie(this.getScrollOffset()-o.delta,this.scrollState.lastTargetOffset)||(this._followOffsetTarget(o.delta),this._scrollToOffset(this.getScrollOffset())):(this._holdOffset+=o.delta,this._followOffsetTarget(o.delta),this.notify(!1)):this.scrollToEnd({behavior:o.behavior})),this._flushHoldIfReady(!1),this._retryClampedAdjustment()},this._classifyScrollEvent=(t,n,o)=>{var i;return Hs({offset:t,isScrolling:n,elementMax:o,holdOffset:this._holdOffset,scrollOffset:this.scrollOffset,pendingWrite:this.pendingWrite,clampedMaxAtWrite:((i=this._clampedAdjustment)==null?void 0:i.maxAtWrite)??null})},this._retryClampedAdjustment=()=>{if(this._clampedAdjustment===null||!this.scrollElement||!this.options.enabled||!this._canWriteScroll())return;let{target:t,maxAtWrite:n}=this._clampedAdjustment,o=this.getMaxScrollOffset();o>n+.5&&(this._clampedAdjustment=t>o+.5?{target:t,maxAtWrite:o}:null,this._scrollToOffset(t))},this._writeAwaitingCommand=()=>{let t=this.scrollState;if(t===null||t.phase!=="queued")return;let{behavior:n}=t;this.getMeasurements();let o=this.getScrollStateTarget(t);t.lastTargetOffset=o,this._clampedAdjustment=null,t.phase=Us(n,t.index!=null&&ie(o,this.getScrollOffset())),this._scrollToOffset(o,{behavior:n}),this.scheduleScrollReconcile()},this._readElementOffset=()=>{let t=this.scrollElement;if(t==null)return null;let{horizontal:n,isRtl:o}=this.options;return typeof t.scrollTop=="number"?n?t.scrollLeft*(o&&-1||1):t.scrollTop:typeof t.scrollY=="number"?n?t.scrollX:t.scrollY:null},this._canWriteScroll=()=>!(tt()&&this._iosGesture.inMotion())&&!this._reportedOverscroll,this._flushHoldIfReady=t=>{var n;if(this._holdOffset===0||!this.scrollElement||!this.options.enabled||!this._canWriteScroll()||((n=this.scrollState)==null?void 0:n.phase)==="smooth")return;this._holdOffset=0,this.scrollOffset!==null&&this.scrollOffset<0&&(this.scrollOffset=0),this.notify(t);let o=this.getCommandWrittenOffset()??this.getScrollOffset();this._clampedAdjustment=this._clampedBy(o),this._scrollToOffset(o)},this.rafId=null,this.getSize=()=>this.options.enabled?(this.scrollRect=this.scrollRect??this.options.initialRect,this.scrollRect[this.options.horizontal?"width":"height"]):(this.scrollRect=null,0),this.getScrollOffset=()=>this.options.enabled?(this.scrollOffset=this.scrollOffset??(typeof this.options.initialOffset=="function"?this.options.initialOffset():this.options.initialOffset),this.scrollOffset):(this.scrollOffset=null,0),this.getMeasurementOptions=xe(()=>[this.options.count,this.options.paddingStart,this.options.scrollMargin,this.options.getItemKey,this.options.enabled,this.options.lanes,this.options.laneAssignmentMode,this.options.gap],(t,n,o,i,r,l,a,d)=>(this.prevLanes!==void 0&&this.prevLanes!==l&&(this.lanesChangedFlag=!0),this.prevLanes=l,this.pendingMin=null,{count:t,paddingStart:n,scrollMargin:o,getItemKey:i,enabled:r,lanes:l,laneAssignmentMode:a,gap:d}),{key:!1}),this.isIndexInRange=t=>t>=0&&t<this.options.count,this.getMeasurements=xe(()=>[this.getMeasurementOptions(),this.itemSizeCacheVersion],({count:t,paddingStart:n,scrollMargin:o,getItemKey:i,enabled:r,lanes:l,laneAssignmentMode:a,gap:d},u)=>{var h;let m=this.itemSizeCache;if(!r)return this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),[];if(this.laneAssignments.size>t)for(let S of this.laneAssignments.keys())S>=t&&this.laneAssignments.delete(S);this.lanesChangedFlag&&(this.lanesChangedFlag=!1,this.lanesSettling=!0,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.pendingMin=null),this.measurementsCache.length===0&&!this.lanesSettling&&(this.measurementsCache=this.options.initialMeasurementsCache,this.measurementsCache.forEach(S=>{this.itemSizeCache.set(S.key,S.size)}));let p=this.lanesSettling?0:this.pendingMin??0;if(this.pendingMin=null,this.lanesSettling&&this.measurementsCache.length===t&&(this.lanesSettling=!1),l===1){let S=t*2,v=(h=this._singleLaneMeasurements)==null?void 0:h.flat;if(!v||v.length<S){let P=new Float64Array(S);v&&p>0&&P.set(v.subarray(0,p*2)),v=P}let _=p===0?new Array(t):this._singleLaneMeasurements.items.slice(),R;if(p===0)R=n+o;else{let P=p-1;R=v[P*2]+v[P*2+1]+d}for(let P=p;P<t;P++){let ee=i(P);_[P]=ee;let le=m.get(ee),te=typeof le=="number"?le:this.options.estimateSize(P);v[P*2]=R,v[P*2+1]=te,R+=te+d}this._singleLaneMeasurements={flat:v,items:_};let C=zs(_,v);return this.measurementsCache=C,C}let x=this.measurementsCache.slice(0,p),E=new Array(l).fill(void 0),L=new Float64Array(l),M=0;for(let S=0;S<p;S++){let v=x[S];v&&(E[v.lane]===void 0&&M++,E[v.lane]=S,L[v.lane]=v.end)}for(let S=p;S<t;S++){let v=i(S),_=this.laneAssignments.get(S),R,C,P=a==="estimate"||m.has(v);if(_!==void 0&&this.options.lanes>1){R=_;let ae=E[R],Q=ae!==void 0?x[ae]:void 0;C=Q?Q.end+d:n+o}else if(M===l){let ae=0,Q=L[0],ct=E[0];for(let Z=1;Z<l;Z++){let Ke=L[Z];(Ke<Q||Ke===Q&&E[Z]<ct)&&(ae=Z,Q=Ke,ct=E[Z])}R=ae,C=Q+d,P&&this.laneAssignments.set(S,R)}else R=S%this.options.lanes,C=n+o,P&&this.laneAssignments.set(S,R);let ee=m.get(v),le=typeof ee=="number"?ee:this.options.estimateSize(S),te=C+le;x[S]={index:S,start:C,size:le,end:te,key:v,lane:R},E[R]===void 0&&M++,E[R]=S,L[R]=te}return this.measurementsCache=x,x},{key:!1,debug:()=>this.options.debug}),this.calculateRange=xe(()=>[this.getMeasurements(),this.getSize(),this.getScrollOffset(),this.options.lanes,this._getLayoutTotalSize()+this.options.scrollMargin],(t,n,o,i,r)=>{if(t.length===0||n===0)return this.range=null,null;let l=Math.max(r-n,0);return this.range=qr(t,n,Math.min(o,l),i,i===1&&this._singleLaneMeasurements!==null?this._singleLaneMeasurements.flat:null),this.range},{key:!1,debug:()=>this.options.debug}),this.getVirtualIndexes=xe(()=>{let t=null,n=null,o=this.calculateRange();return o&&(t=o.startIndex,n=o.endIndex),this.maybeNotify.updateDeps([this.isScrolling,t,n]),[this.options.rangeExtractor,this.options.overscan,this.options.count,t,n,this.options.lanes]},(t,n,o,i,r,l)=>i===null||r===null?[]:t({startIndex:i,endIndex:r,overscan:n,count:o,lanes:l}),{key:!1,debug:()=>this.options.debug}),this.indexFromElement=t=>{let n=this.options.indexAttribute,o=t.getAttribute(n);return o?parseInt(o,10):(console.warn(`Missing attribute name '${n}={index}' on measured element.`),-1)},this.shouldMeasureDuringScroll=t=>{var n;if(!nt(this.scrollState))return!0;let o=this.scrollState.index??((n=this.getVirtualItemForOffset(this.scrollState.lastTargetOffset))==null?void 0:n.index);if(o!==void 0&&this.range){let i=Math.max(this.options.overscan,Math.ceil((this.range.endIndex-this.range.startIndex)/2)),r=Math.max(0,o-i),l=Math.min(this.options.count-1,o+i);return t>=r&&t<=l}return!0},this.measureElement=t=>{if(!t){this.elementsCache.forEach((r,l)=>{r.isConnected||(this.observer.unobserve(r),this.elementsCache.delete(l))});return}let n=this.indexFromElement(t);if(!this.isIndexInRange(n))return;let o=this.options.getItemKey(n),i=this.elementsCache.get(o);i!==t&&(i&&this.observer.unobserve(i),this.observer.observe(t),this.elementsCache.set(o,t)),t.isConnected&&(!this.isScrolling||this.scrollState)&&this.shouldMeasureDuringScroll(n)&&this.resizeItem(n,this.options.measureElement(t,void 0,this))},this.resizeItem=(t,n)=>{var o,i,r;if(!this.isIndexInRange(t))return;(o=this._resizeBatch)!=null&&o.sync&&this.getMeasurements();let l,a,d,u=(i=this._singleLaneMeasurements)==null?void 0:i.flat;if(this.options.lanes===1&&u!=null)d=this.options.getItemKey(t),a=u[t*2],l=u[t*2+1];else{let p=this.measurementsCache[t];if(!p)return;d=p.key,a=p.start,l=p.size}let h=this.itemSizeCache.get(d)??l,m=n-h;if(m!==0){let p=this.options.anchorTo==="end"&&!nt(this.scrollState)&&this.getVirtualDistanceFromEnd()<=this.options.scrollEndThreshold,x=p?this._getLayoutTotalSize():0,E=this.getScrollOffset(),M=!this.itemSizeCache.has(d)?a<E:a+h<=E&&this.scrollDirection!=="backward",S=!nt(this.scrollState)&&(this.shouldAdjustScrollPositionOnItemSizeChange!==void 0?this.shouldAdjustScrollPositionOnItemSizeChange(this.measurementsCache[t]??{index:t,key:d,start:a,size:l,end:a+l,lane:0},m,this):M);(this.pendingMin===null||t<this.pendingMin)&&(this.pendingMin=t),this.itemSizeCache.set(d,n),this.itemSizeCacheVersion++;let v=!1;if(this._awaitingCommandReadBack()||(p?v=this.applyScrollAdjustment(this._getLayoutTotalSize()-x):S&&(v=this.applyScrollAdjustment(m))),this._resizeBatch){this._resizeBatch.notify=!0,(r=this._resizeBatch).sync||(r.sync=v);return}this.notify(v),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment()}},this.getVirtualItems=xe(()=>[this.getVirtualIndexes(),this.getMeasurements(),this._holdOffset],(t,n,o)=>{let i=[];for(let r=0,l=t.length;r<l;r++){let a=t[r],d=n[a];i.push(o===0?d:{...d,start:d.start-o,end:d.end-o})}return i},{key:!1,debug:()=>this.options.debug}),this.getVirtualItemForOffset=t=>{var n;let o=this.getMeasurements();if(o.length===0)return;let i=(n=this._singleLaneMeasurements)==null?void 0:n.flat,r=this.options.lanes===1&&i!=null,l=Qs(0,o.length-1,r?a=>i[a*2]:a=>yn(o[a]).start,t);return yn(o[l])},this._noteClampMax=()=>{if(!this._awaitingCommandReadBack())return;let t=this._elementMaxScrollOffset();if(t===null)return;let n=this.pendingWrite,o=Math.max(t,0)+this._holdOffset;if(o>=n.target)return;let i=n.lowMaxes??(n.lowMaxes=[]);i[i.length-1]!==o&&i.push(o)},this.getMaxScrollOffset=()=>(this._elementMaxScrollOffset()??0)+this._holdOffset,this._toLayoutOffset=t=>{var n;let o=t+this._holdOffset;return((n=this.pendingScrollAnchor)==null?void 0:n.kind)==="anchor"&&(o+=this.pendingScrollAnchor.delta),o},this._elementMaxScrollOffset=()=>{let t=this.scrollElement;if(t===null)return null;if("scrollHeight"in t)return this.options.horizontal?t.scrollWidth-t.clientWidth:t.scrollHeight-t.clientHeight;if("document"in t){let n=t.document.documentElement;return this.options.horizontal?n.scrollWidth-t.innerWidth:n.scrollHeight-t.innerHeight}return null},this._momentumStop=null,this._stopMomentum=t=>{let n=this.scrollElement,o=this.targetWindow;if(n===null||o===null)return;let i="document"in n?n.document.scrollingElement:n;if(!i?.style)return;if(this._momentumStop){this._momentumStop.done=t;return}let{style:r}=i,l=this.options.horizontal?"overflow-x":"overflow-y",a=r.getPropertyValue(l),d=r.getPropertyPriority(l),u=()=>this.options.horizontal?i.clientHeight:i.clientWidth,h=u();if(r.setProperty(l,"hidden","important"),u()!==h){r.setProperty(l,a,d);return}let m={restore:()=>r.getPropertyValue(l)!=="hidden"||r.getPropertyPriority(l)!=="important"?!1:(r.setProperty(l,a,d),!0),done:t};this._momentumStop=m,o.requestAnimationFrame(()=>o.requestAnimationFrame(()=>{this._momentumStop===m&&(this._momentumStop=null,m.restore()&&m.done())}))},this._clampedBy=t=>{let n=this._elementMaxScrollOffset();if(n===null)return null;let o=n+this._holdOffset;return t>o+.5?{target:t,maxAtWrite:o}:null},this.getVirtualDistanceFromEnd=()=>Math.max(this._getLayoutTotalSize()+this.options.scrollMargin-this.getSize()-this.getScrollOffset(),0),this.getDistanceFromEnd=()=>Math.max(this.getMaxScrollOffset()-this.getScrollOffset(),0),this.isAtEnd=(t=this.options.scrollEndThreshold)=>this.getDistanceFromEnd()<=t,this.getOffsetForAlignment=(t,n,o=0)=>{if(!this.scrollElement)return 0;let i=this.getSize(),r=this.getScrollOffset();n==="auto"&&(n=t>=r+i?"end":"start"),n==="center"?t+=(o-i)/2:n==="end"&&(t-=i);let l=this.getMaxScrollOffset();return Math.max(Math.min(l,t),0)},this.getOffsetForIndex=(t,n="auto")=>{t=Math.max(0,Math.min(t,this.options.count-1));let o=this.getSize(),i=this.getScrollOffset(),r=this.getMeasurements()[t];if(!r)return;if(n==="auto")if(r.end>=i+o-this.options.scrollPaddingEnd)n="end";else if(r.start<=i+this.options.scrollPaddingStart)n="start";else return[i,n];if(n==="end"&&t===this.options.count-1){let a=this.getMaxScrollOffset(),d=a-this.options.paddingEnd+this.options.scrollPaddingEnd;return[Math.max(Math.min(d,a),0),n]}let l=n==="end"?r.end+this.options.scrollPaddingEnd:r.start-this.options.scrollPaddingStart;return[this.getOffsetForAlignment(l,n,r.size),n]},this.scrollToOffset=(t,{align:n="start",behavior:o="auto"}={})=>{this._startScroll({index:null,align:n},this.getOffsetForAlignment(t,n),o,"absolute")},this.scrollToIndex=(t,{align:n="auto",behavior:o="auto"}={})=>{t=Math.max(0,Math.min(t,this.options.count-1));let i=this.getOffsetForIndex(t,n);if(!i)return;let[r,l]=i;this._startScroll({index:t,align:l},r,o,"absolute")},this.scrollBy=(t,{behavior:n="auto"}={})=>{let o=this.getOffsetForAlignment((this.getCommandWrittenOffset()??this.getScrollOffset())+t,"start");this._startScroll({index:null,align:"start"},o,n,"relative")},this.scrollToEnd=({behavior:t="auto"}={})=>{if(this.options.count>0){this._startScroll({index:this.options.count-1,align:"end",toEnd:!0},Math.max(this.getMaxScrollOffset(),0),t,"absolute");return}this.scrollToOffset(Math.max(this.getTotalSize()-this.getSize(),0),{behavior:t})},this.cancelScroll=()=>{this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null},this.getTotalSize=()=>Math.max(this._getLayoutTotalSize()-this._holdOffset,0),this._getLayoutTotalSize=()=>{var t,n;let o=this.getMeasurements(),i;if(o.length===0)i=this.options.paddingStart;else if(this.options.lanes===1){let r=o.length-1,l=(t=this._singleLaneMeasurements)==null?void 0:t.flat;l!=null?i=l[r*2]+l[r*2+1]:i=((n=o[r])==null?void 0:n.end)??0}else{let r=Array(this.options.lanes).fill(null),l=o.length-1;for(;l>=0&&r.some(a=>a===null);){let a=o[l];r[a.lane]===null&&(r[a.lane]=a.end),l--}i=Math.max(...r.filter(a=>a!==null))}return Math.max(i-this.options.scrollMargin+this.options.paddingEnd,0)},this.takeSnapshot=()=>{let t=[];if(this.itemSizeCache.size===0)return t;let n=this.getMeasurements();for(let o of n)o&&this.itemSizeCache.has(o.key)&&t.push({index:o.index,key:o.key,start:o.start,size:o.size,end:o.end,lane:o.lane});return t},this._scrollToOffset=(t,{adjustments:n,behavior:o}={})=>{let i={target:t+(n??0),smooth:o==="smooth"};return this.pendingWrite=i,this.options.scrollToFn(t-this._holdOffset,{behavior:o,adjustments:n},this),i},this.getCommandWrittenOffset=()=>this.scrollState!==null&&this.pendingWrite!==null&&!this.pendingWrite.smooth?this.pendingWrite.target:null,this._awaitingCommandReadBack=()=>{let t=this.getCommandWrittenOffset();return!(tt()&&this._iosGesture.dragging())&&t!==null&&!ie(t,this.getScrollOffset())},this._followOffsetTarget=t=>{this.scrollState!==null&&this.scrollState.index==null&&(this.scrollState.lastTargetOffset+=t)},this.measure=()=>{this.pendingMin=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.itemSizeCacheVersion++,this.notify(!1)},this.setOptions(e)}get scrollAdjustments(){return 0}applyScrollAdjustment(e,t){if(e===0)return!1;if(this._followOffsetTarget(e),this._canWriteScroll()){let n=this.getScrollOffset();this._clampedAdjustment=this._clampedBy(n+e);let o=this._scrollToOffset(n,{adjustments:e,behavior:t});return this.scrollOffset!==null&&(this.pendingWrite===o&&(this.scrollOffset+=e),this.scrollOffset<0&&(this.scrollOffset=0)),!0}else return this._holdOffset+=e,this.scrollOffset!==null&&(this.scrollOffset+=e),!0}scheduleScrollReconcile(){if(!this.targetWindow){this.scrollState=null;return}this.rafId==null&&(this.rafId=this.targetWindow.requestAnimationFrame(()=>{this.rafId=null,this.reconcileScroll()}))}getScrollStateTarget(e){let t=e.toEnd?[Math.max(this.getMaxScrollOffset(),0)]:e.index!=null?this.getOffsetForIndex(e.index,e.align):void 0;return t?t[0]:e.lastTargetOffset}reconcileScroll(){if(!this.scrollState||!this.scrollElement)return;if(this.now()-this.scrollState.startedAt>5e3){this.scrollState=null;return}if(this.scrollState.phase==="queued"){this.scheduleScrollReconcile();return}this.getMeasurements();let n=this.getScrollStateTarget(this.scrollState),o=this.scrollState.index==null?1:this.options.useAnimationFrameWithResizeObserver?3:2,i=n!==this.scrollState.lastTargetOffset;if(!i&&ie(n,this.getScrollOffset())){if(this.scrollState.phase==="smooth"?this.scrollState.phase="smoothLanded":this.scrollState.phase==="smoothFinishing"&&(this.scrollState.phase="instant"),this.scrollState.stableFrames++,this.scrollState.stableFrames>=o){this.getScrollOffset()!==n&&this._scrollToOffset(n,{behavior:"auto"}),this.scrollState=null;return}}else if(this.scrollState.stableFrames=0,i){let r=this.getSize()||600,l=Math.abs(n-this.getScrollOffset()),a=nt(this.scrollState)&&l>r;this.scrollState.lastTargetOffset=n,a?this.scrollState.phase="smooth":this.scrollState.phase==="smooth"?this.scrollState.phase="smoothFinishing":this.scrollState.phase==="smoothLanded"&&(this.scrollState.phase="instant"),this._scrollToOffset(n,{behavior:a?"smooth":"auto"})}this.scheduleScrollReconcile()}_startScroll(e,t,n,o){this.pendingScrollAnchor=null,this._clampedAdjustment=null;let i=this._iosGesture.tail();if(o==="absolute"&&i!==null){if(i==="fling"&&qs()){this._stopMomentum(()=>{let r=this.scrollState;r?.phase!=="queued"||this._iosGesture.tail()!=="fling"||this._reportedOverscroll||(this._iosGesture.end(),this._flushHoldIfReady(!0),this._writeAwaitingCommand())}),this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,phase:"queued",behavior:n,samples:[]},this.scheduleScrollReconcile();return}this._iosGesture.end()}this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,behavior:n,phase:Us(n,e.index!=null&&ie(t,this.getScrollOffset()))},this._scrollToOffset(t,{behavior:n}),this.scheduleScrollReconcile()}},Qs=(s,e,t,n)=>{for(;s<=e;){let o=(s+e)/2|0,i=t(o);if(i<n)s=o+1;else if(i>n)e=o-1;else return o}return s>0?s-1:0};function Br(s,e,t){let n=0;for(;n<=e;){let o=(n+e)/2|0,i=s[o*2];if(i<t)n=o+1;else if(i>t)e=o-1;else return o}return n>0?n-1:0}function qr(s,e,t,n,o){let i=s.length-1;if(s.length<=n)return{startIndex:0,endIndex:i};if(n===1&&o!==null){let d=Br(o,i,t),u=d,h=t+e;for(;u<i&&o[u*2]+o[u*2+1]<h;)u++;return{startIndex:d,endIndex:u}}let l=Qs(0,i,d=>s[d].start,t),a=l;if(n===1)for(;a<i&&s[a].end<t+e;)a++;else if(n>1){let d=Array(n).fill(0);for(;a<i&&d.some(h=>h<t+e);){let h=s[a];d[h.lane]=h.end,a++}let u=Array(n).fill(t+e);for(;l>=0&&u.some(h=>h>=t);){let h=s[l];u[h.lane]=h.start,l--}l=Math.max(0,l-l%n),a=Math.min(i,a+(n-1-a%n))}return{startIndex:l,endIndex:a}}var Zs=10,Gr=new Map([["ArrowUp",-1],["ArrowDown",1],["k",-1],["j",1],["g",-1/0],["G",1/0],["PageUp",-Zs],["PageDown",Zs],["Home",-1/0],["End",1/0]]),Ot=class{constructor(e,t,n,o){this.store=e;this.rowModel=t;this.grid=n;this.events=o}press(e){let t=Gr.get(e.key);if(e.ctrlKey||e.metaKey)return e.key.toLowerCase()==="a"?(this.rowModel.selectAll(),!0):t!==void 0&&this.move(t,e.shiftKey,!0);if(t!==void 0)return this.move(t,e.shiftKey,!1);let{active:n}=this.rowModel;if(e.key==="ArrowRight"||e.key==="ArrowLeft")return this.alongTree(n,e.key==="ArrowRight");let o=this.keys[e.key==="Delete"&&e.shiftKey?"C":e.key];return o?.(n),o!==void 0}keys={" ":e=>{e!==null&&this.rowModel.toggle(e)},Enter:e=>{e!==null&&this.grid.open(e)},c:()=>{this.stopSelected(!1)},Delete:()=>{this.stopSelected(!1)},Backspace:()=>{this.stopSelected(!1)},C:()=>{this.stopSelected(!0)},X:()=>{this.events.stopQueued()},R:()=>{this.events.retry(U(this.rowModel.meant))},"*":()=>{this.rowModel.selectAll()},f:()=>{this.rowModel.cycleStatus(1)},F:()=>{this.rowModel.cycleStatus(-1)},s:()=>{this.rowModel.cycleSort()},S:()=>{this.rowModel.reverseSort()},"/":()=>{this.events.search()},"?":()=>{this.events.help()},Escape:()=>{this.rowModel.clearSelection()}};move(e,t,n){let{rowModel:o}=this,i=o.active,r=o.move(e);return r!==null&&t?(i!==null&&o.selection.size===0&&o.selectOnly(i),o.extendTo(r)):r!==null&&!n&&o.selectOnly(r),this.grid.reveal(),!0}alongTree(e,t){let{rowModel:n}=this;if(e===null||!n.groupsAreListed||!this.store.hasGroups)return!1;let o=this.store.group(e),i=o!==void 0&&!n.isFolded(o);return o!==void 0&&t!==i?n.fold(e,!t):o!==void 0&&t?this.goTo(n.move(1)):o===void 0&&!t&&this.grid.levelOf(e)>1&&this.goTo(this.store.groupOf(e)?.id??null),!0}goTo(e){e!==null&&(this.rowModel.selectOnly(e),this.grid.reveal())}stopSelected(e){this.events.stop(U(this.rowModel.meant),e)}};var bn=[["check","Selected",null],["state","State","state"],["number","#","number"],["name","Task","name"],["worker","Worker","worker"],["now","Now","note"],["time","Time","time"],["doing","Actions",null]],Kr=16,Rt=class{constructor(e,t){this.rowModel=e;this.events=t;this.node=c("div","scl-row scl-header",{role:"row","aria-rowindex":"1"});for(let[n,[o,i,r]]of bn.entries())this.node.append(this.columnHead(n,o,i,r))}node;heads=new Map;draw(){let{key:e,descending:t}=this.rowModel.sort;for(let[n,o]of this.heads)A(o,"aria-sort",n===e?t?"descending":"ascending":"none")}columnHead(e,t,n,o){let i=c("div",`scl-cell scl-c-${t}`,{role:"columnheader","aria-colindex":String(e+1)});if(o===null)return i.append(c("span","scl-unseen",{},n)),i;let r=o==="state",l=c("button","scl-sort",{type:"button",tabindex:r?"0":"-1",title:`Sort by ${n.toLowerCase()}`},c("span",r?"scl-unseen":"",{},n));return l.addEventListener("click",()=>{this.rowModel.sortBy(o),this.events.changed()}),l.addEventListener("keydown",a=>{this.onHeadKey(a,l)}),i.append(l),o==="name"&&i.append(this.resizer()),this.heads.set(o,i),i}onHeadKey(e,t){if(e.key!=="ArrowLeft"&&e.key!=="ArrowRight")return;e.preventDefault();let n=e.key==="ArrowLeft"?-1:1;if(e.shiftKey){this.events.resize(n*Kr);return}let o=[...this.node.querySelectorAll(".scl-sort")].filter(r=>r.offsetParent!==null),i=o[o.indexOf(t)+n];i!==void 0&&(t.tabIndex=-1,i.tabIndex=0,i.focus())}resizer(){let e=c("span","scl-resizer",{"aria-hidden":"true",title:"Drag to resize; double-click to fit"}),t=null;return e.addEventListener("pointerdown",n=>{t=n.clientX,e.setPointerCapture(n.pointerId),n.preventDefault()}),e.addEventListener("pointermove",n=>{t!==null&&(this.events.resize(n.clientX-t),t=n.clientX)}),e.addEventListener("pointerup",()=>{t=null}),e.addEventListener("dblclick",()=>{this.events.resize(null)}),e}};var je=["number","worker","arguments"];function no(s){return s<400?"narrow":s<560?"middle":"wide"}function We(s){return s==="narrow"?44:28}function st(s){return s==="narrow"?0:26}var Ur=56,eo=10,to=4,Ct=class{columns=eo;get width(){return this.columns}reset(){this.columns=eo}fit(e){let t=Math.min(Ur,Math.ceil(e/to)*to);return t<=this.columns?!1:(this.columns=t,!0)}};var Vr=500,It=class{constructor(e){this.store=e}numbers=[];madeOf=-1;madeAt=-1/0;before(e){let t=performance.now();if(this.madeOf!==this.store.revision&&t-this.madeAt>=Vr){this.numbers=[];for(let i of this.store.rows)J(i.status)&&this.numbers.push(i.number);this.madeOf=this.store.revision,this.madeAt=t}let n=0,o=this.numbers.length;for(;n<o;){let i=n+o>>1;(this.numbers[i]??1/0)<e?n=i+1:o=i}return n}};var Jr=6,xn=12,Xr=.58,Yr=48,Qr="42%",Lt=class{constructor(e,t,n,o,i,r){this.store=e;this.rowModel=t;this.pending=n;this.glimpses=o;this.view=i;this.events=r;this.queue=new It(e),this.keys=new Ot(e,t,this,r),this.header=new Rt(t,{changed:r.changed,resize:l=>{this.resizeNames(l)}}),this.body=c("div","scl-body",{role:"rowgroup"}),this.empty=c("div","scl-empty"),this.node=c("div","scl-grid",{role:"grid",tabindex:"0","aria-label":"Tasks","aria-multiselectable":"true","aria-colcount":String(bn.length)},c("div","scl-headgroup",{role:"rowgroup"},this.header.node),this.body),this.node.addEventListener("keydown",this.onKey),this.body.addEventListener("click",this.onClick),this.body.addEventListener("dblclick",this.onDoubleClick),this.body.addEventListener("contextmenu",this.onMenu),this.body.addEventListener("pointerenter",()=>{this.rowModel.hold(!0)}),this.body.addEventListener("pointerleave",this.release),this.virtualizer=new At({count:0,getScrollElement:()=>this.node,estimateSize:()=>We(this.room),scrollPaddingStart:st(this.room),overscan:Jr,initialRect:{width:0,height:We(this.room)*xn},observeElementRect:Js,observeElementOffset:Xs,scrollToFn:Ys,onChange:()=>{this.draw()}}),this.unmount=this.virtualizer._didMount(),this.virtualizer._willUpdate(),this.resized=new ResizeObserver(()=>{this.measure()}),this.resized.observe(this.node)}node;body;empty;header;pool=[];nameColumn=new Ct;queue;keys;resized;room="wide";virtualizer;unmount;idStem=Ae("row");count=-1;get emptyNote(){return this.empty}dispose(){this.unmount(),this.resized.disconnect()}measure(){let e=no(this.node.clientWidth),t=this.node.clientHeight-st(e);this.rowModel.roomFor(Math.max(xn,Math.floor(t/We(e)))),this.view.noteHeight(this.node.style.height),e!==this.room&&(this.room=e,this.count=-1,this.virtualizer.setOptions({...this.virtualizer.options,scrollPaddingStart:st(e)}),this.virtualizer.measure()),this.events.changed()}resizeNames(e){let t=this.header.node.querySelector(".scl-c-name"),n=this.view.nameWidth??t?.offsetWidth??0;this.view.nameWidth=e===null?null:Math.max(Yr,n+e),this.events.changed()}draw(){let e=this.rowModel.ids,{room:t}=this;if(e.length!==this.count){this.count=e.length,this.virtualizer.setOptions({...this.virtualizer.options,count:e.length}),this.virtualizer._willUpdate(),A(this.node,"aria-rowcount",String(e.length+1)),this.body.style.height=`${e.length*We(t)}px`;let i=Math.min(Math.max(e.length,1),xn)*We(t);this.node.style.setProperty("--scl-rows-high",`${i+st(t)+2}px`)}this.node.dataset.room=t;for(let i of je)this.node.classList.toggle(`scl-has-${i}`,this.view.shows(i));this.header.draw(),this.drawRows(e);let{nameWidth:n}=this.view,o=n===null?`min(${this.nameColumn.width*Xr+3}em, ${Qr})`:`${n}px`;this.node.style.getPropertyValue("--scl-names")!==o&&this.node.style.setProperty("--scl-names",o)}drawRows(e){let t=this.virtualizer.getVirtualItems(),n=this.store.now(),o=0,i=null,r=this.rowModel.groupsAreListed&&this.store.hasGroups;A(this.node,"role",r?"treegrid":"grid");for(let l of t){let a=e[l.index];if(a===void 0||(this.store.get(a)??this.store.group(a))===void 0)continue;let d=this.viewAt(o);o+=1;let u=a===this.rowModel.active;u&&(i=d.node.id),this.drawRow(d,a,{index:l.index,top:l.start,now:n,isActive:u,isSelected:this.rowModel.selection.has(a),level:r?this.levelOf(a):null,isOver:this.store.phase==="ended",canKill:this.store.engine?.canStopRunning??!1}),this.nameColumn.fit(d.wants)}for(let l of this.pool.splice(o))l.node.remove();A(this.node,"aria-activedescendant",i)}drawRow(e,t,n){let o=this.store.get(t);if(o!==void 0){let r=o.status==="queued"&&o.detail==="";e.update(o,{...n,isPending:this.pending.has(t),glimpse:this.glimpses.of(o),isBelow:n.level===2||this.rowModel.isOneGroup,before:r?this.queue.before(o.number):null});return}let i=this.store.group(t);i!==void 0&&e.updateGroup(i,{...n,isFolded:this.rowModel.isFolded(i)})}levelOf(e){let t=this.store.groupOf(e);return t!==null&&t.size>1?2:1}viewAt(e){let t=this.pool[e];return t===void 0&&(t=new xt(`${this.idStem}-${e}`),this.pool.push(t),this.body.append(t.node)),t}reveal(){let e=this.rowModel.indexOf(this.rowModel.active);e>=0&&this.virtualizer.scrollToIndex(e,{align:"auto"})}onKey=e=>{e.target!==this.node||e.altKey||this.keys.press(e)&&(e.preventDefault(),e.stopPropagation(),this.events.changed())};release=()=>{this.rowModel.hold(!1),this.events.changed()};onClick=e=>{let[t,n]=this.target(e);if(t===null)return;if(this.store.get(t)===void 0&&(n==="stop"||n==="kill"||n==="retry")){this.actOnGroup(t,n);return}if(n==="fold"){this.rowModel.active=t,this.toggleFold(t),this.events.changed();return}if(n==="stop"||n==="kill"){this.events.stop([t],n==="kill");return}if(n==="retry"){this.events.retry([t]);return}n==="details"?(this.rowModel.selectOnly(t),this.events.toggleDetails(t)):e.shiftKey?this.rowModel.extendTo(t):e.ctrlKey||e.metaKey||n==="check"?this.rowModel.toggle(t):this.rowModel.selectOnly(t),this.events.changed()};onMenu=e=>{let[t]=this.target(e);t!==null&&!this.rowModel.selection.has(t)&&(this.rowModel.selectOnly(t),this.events.changed())};onDoubleClick=e=>{let[t,n]=this.target(e);t!==null&&n===""&&this.open(t)};open(e){se(e)?(this.toggleFold(e),this.events.changed()):this.events.toggleDetails(e)}toggleFold(e){let t=this.store.group(e);t!==void 0&&this.rowModel.fold(e,!this.rowModel.isFolded(t))}actOnGroup(e,t){let n=this.store.group(e);if(n!==void 0)switch(t){case"stop":this.events.stop(U(n.rows),!1);break;case"kill":{let o=this.store.now()-ze;this.events.stop(U(n.stillCancelling(o)),!0);break}case"retry":this.events.retry(U(n.rows));break}}target(e){if(!(e.target instanceof Element))return[null,""];let t=e.target.closest(".scl-row"),n=this.pool.find(r=>r.node===t),o=e.target.closest("[data-do]")?.dataset.do,i=e.target.closest(".scl-c-check")!==null;return[n?.id??null,o??(i?"check":"")]}};function so(s,e){g(s.emptyNote,e),s.emptyNote.hidden=e===""}var Zr=[["↑ ↓, j k","to the next or previous row; with Shift, select several"],["Home End, g G","to the first or last row"],["Space","select the row too, or no longer"],["Ctrl+A, *","select all"],["Enter","details of the task; open or close the group"],["← →","close or open the group"],["c, Delete","cancel: interrupt, then kill after the grace period"],["C, Shift+Delete","kill at once"],["X","cancel all that are queued"],["R","retry the failed and cancelled ones, as new tasks"],["/","search"],["f F","list only one state: the next, the previous"],["s S","sort by the next column; reverse the order"],["Esc","clear the selection"],["?","these keys"]],_t=class{constructor(e){this.leave=e;let t=I("scl-shut","✕",()=>{this.close()});t.setAttribute("aria-label","Close the list of keys");let n=c("dl","scl-keys");for(let[o,i]of Zr)n.append(c("dt","",{},o),c("dd","",{},i));this.node=c("div","scl-help",{role:"dialog","aria-label":"Keys",tabindex:"-1"},c("div","scl-pane-head",{},c("strong","",{},"Keys"),t),n),this.node.hidden=!0,this.node.addEventListener("keydown",o=>{(o.key==="Escape"||o.key==="?"||o.key==="q")&&(o.preventDefault(),this.close())})}node;open(){this.node.hidden=!1,this.node.focus()}close(){let e=ce(this.node);this.node.hidden=!0,e&&this.leave()}};var oo=[["number",s=>s.number],["name",s=>s.name],["state",s=>s.status],["worker",s=>s.worker],["submitted",s=>Sn(s.submittedAt)],["started",s=>Sn(s.startedAt)],["ended",s=>Sn(s.endedAt)],["seconds",el],["attempt",s=>s.attempt],["error",s=>s.error],["cancel",s=>s.cancelResolution],["id",s=>s.id]];function kn(s,e){let t=e==="tsv"?"	":",",n=r=>r.map(l=>nl(l,e)).join(t),o=n(oo.map(([r])=>r)),i=s.map(r=>n(oo.map(([,l])=>l(r))));return`${[o,...i].join(`
`)}
`}function el({startedAt:s,endedAt:e}){return s===null||e===null?null:Number((e-s).toFixed(6))}function Sn(s){return s===null?"":new Date(s*1e3).toISOString()}var tl=/^[=+\-@\t\r]/;function nl(s,e){if(s===null||typeof s=="number")return String(s??"");let t=tl.test(s)?`'${s}`:s;return e==="tsv"?t.replace(/[\t\r\n]+/g," "):/[",\r\n]/.test(t)?`"${t.replaceAll('"','""')}"`:t}var Nt=class{constructor(e,t){this.sections=t;let n=Ae("menu");this.button=c("button","scl-act scl-dots",{type:"button",title:e,"aria-label":e,"aria-haspopup":"menu","aria-expanded":"false","aria-controls":n}),this.list=c("div","scl-menu",{role:"menu",id:n,"aria-label":e,popover:"manual"}),this.list.hidden=!0,this.node=c("div","scl-menu-frame",{},this.button,this.list),this.button.addEventListener("click",()=>{this.list.hidden?this.open():this.close()}),this.node.addEventListener("keydown",this.onKey),this.node.addEventListener("focusout",o=>{o.relatedTarget instanceof Node&&this.node.contains(o.relatedTarget)||this.close()})}node;button;list;open(){this.list.replaceChildren(...this.sections().map(e=>this.section(e))),this.list.hidden=!1,this.button.setAttribute("aria-expanded","true"),sl(this.list,this.button),this.items[0]?.focus()}close(){if(this.list.hidden)return;let e=ce(this.list);typeof this.list.hidePopover=="function"&&this.list.hidePopover(),this.list.hidden=!0,this.button.setAttribute("aria-expanded","false"),e&&this.button.focus()}section(e){let t=e.map(n=>this.item(n));return c("div","scl-menu-section",{role:"group"},...t)}item({id:e,label:t,isOn:n,isEnabled:o,isDanger:i,act:r}){let l=c("button","scl-menu-item",{type:"button",tabindex:"-1",role:n===void 0?"menuitem":"menuitemcheckbox","data-item":e},t);return n!==void 0&&l.setAttribute("aria-checked",String(n)),l.disabled=o===!1,l.classList.toggle("scl-danger",i===!0),l.addEventListener("click",()=>{this.close(),r()}),l}get items(){return[...this.list.querySelectorAll(".scl-menu-item:enabled")]}onKey=e=>{if(this.list.hidden)return;let{items:t}=this,n=t.findIndex(i=>i===e.target),o=ol[e.key]?.(n,t.length);if(o!==void 0)t[o]?.focus();else if(e.key==="Escape"||e.key==="Tab")this.close();else return;e.preventDefault()}};function sl(s,e){if(typeof s.showPopover!="function")return;s.showPopover();let{left:t,right:n,top:o,bottom:i}=e.getBoundingClientRect(),{offsetWidth:r,offsetHeight:l}=s,a=document.documentElement,d=Math.max(4,Math.min(n-r,a.clientWidth-r-4)),u=i+l+4<=a.clientHeight||o<l;s.style.left=`${t<0?4:d}px`,s.style.top=`${Math.max(4,u?i+2:o-l-2)}px`}var ol={ArrowDown:(s,e)=>(s+1)%e,ArrowUp:(s,e)=>(s+e-1)%e,Home:()=>0,End:(s,e)=>e-1};var il=["failed","running","cancelling","queued","waiting","retrying","cancelled","succeeded"],rl={number:"Column: number",worker:"Column: worker",arguments:"Arguments beside the name"},ll=[["state","Sort by state"],["number","Sort by number"],["name","Sort by name"],["time","Sort by time"]],Pt=class{constructor(e,t,n,o,i){this.store=e;this.rowModel=t;this.view=n;this.commands=o;this.events=i;this.bar.node.setAttribute("role","img");let r=c("div","scl-chips",{role:"group","aria-label":"List only"});for(let a of il)r.append(this.chip(a));this.stopSelected=I("scl-stop-selected","Cancel",()=>{o.stop(t.selection.stoppable)}),this.retrySelected=I("scl-retry-selected","Retry",()=>{o.retry(t.selection.rows.map(({id:a})=>a))}),this.selection.append(this.selected,this.stopSelected,this.retrySelected),this.search=this.searchField(),this.tools.append(r);let l=new Nt("More",()=>this.menuItems());this.node=c("div","scl-head",{},c("div","scl-line",{},this.title,this.bar.node,this.summary,this.search,l.node),this.tools)}node;title=c("span","scl-title");summary=c("span","scl-headline");bar=new he;tools=c("div","scl-tools");chips=new Map;selection=c("div","scl-selection");selected=c("span");stopSelected;retrySelected;search;headline=new Fe;draw(){let{store:e,rowModel:t}=this,{counts:n}=e;g(this.title,f(e.engine?.label??"tasks")),this.title.title=this.title.textContent,g(this.summary,this.headline.of(e)),this.summary.title=oe(n);let o=oe(n);A(this.bar.node,"aria-label",o===""?"no tasks yet":o),this.bar.draw(n);for(let[i,r]of this.chips){g(r.n,T(n[i]));let l=t.filter.has(i);A(r.node,"aria-pressed",String(l)),r.node.classList.toggle("scl-none",n[i]===0&&!l)}this.drawSelection(),document.activeElement!==this.search&&this.search.value!==t.query&&(this.search.value=t.query)}drawSelection(){let{rowModel:e}=this,t=e.selection.size,n=t>1&&this.store.phase!=="ended";this.selection.hidden=!n,n&&(g(this.selected,`${T(t)} selected`),this.stopSelected.disabled=e.selection.stoppableCount===0,this.retrySelected.disabled=e.selection.retriableCount===0)}menuItems(){let{rowModel:e,store:t,view:n}=this,{isFiltered:o}=e,i=o?" listed":"",{counts:r}=t,l=Ue(r),a=t.phase==="ended",d=m=>o||m<2?"":` (${T(m)})`,{changed:u}=this.events,h=[{id:"timeline",label:"Timeline",isOn:n.timeline,act:()=>{n.timeline=!n.timeline,u()}}];t.hasGroups&&h.push({id:"groups",label:"Groups",isOn:e.groupsAreWanted,act:()=>{n.listGroups(!e.groupsAreWanted),u()}});for(let m of je)h.push({id:`column-${m}`,label:rl[m],isOn:n.shows(m),act:()=>{n.toggleColumn(m),u()}});return[[{id:"cancel-queued",label:`Cancel${i} queued${d(l)}`,isEnabled:!a&&l>0,act:()=>{this.commands.stopQueued()}},{id:"cancel-all",label:o?"Cancel listed":`Cancel all${d(l+r.running)}`,isEnabled:!a&&l+r.running>0,isDanger:!0,act:()=>{this.commands.stopListed()}}],h,ll.map(([m,p])=>({id:`sort-${m}`,label:p,isOn:e.sort.key===m,act:()=>{e.sortBy(m),u()}})),this.outputItems()]}outputItems(){let{rowModel:e,store:t}=this,{changed:n,notice:o}=this.events;return[{id:"copy",label:"Copy the listed tasks",act:()=>{let i=kn(e.listedRows,"tsv");Me(i).then(()=>{o(`Copied ${F(e.listedRows.length)}`)},()=>{o("The browser does not allow to copy here")})}},{id:"export",label:"Export the listed tasks (CSV)",act:()=>{ft("tasks.csv",kn(e.listedRows,"csv"))}},e.clearedCount===0?{id:"clear",label:"Hide what is done",isEnabled:t.settled>0,act:()=>{e.clearDone(),n()}}:{id:"clear",label:`Show ${F(e.clearedCount)} again`,act:()=>{e.showAll(),n()}},{id:"help",label:"Keys (?)",act:this.events.help}]}chip(e){let t=c("span","scl-n"),n=c("button","scl-chip",{type:"button","data-status":e,"aria-pressed":"false",title:e},c("span","scl-icon",{"aria-hidden":"true"},H[e]),t,c("span","scl-chip-word",{},e));return n.addEventListener("click",()=>{this.rowModel.toggleStatus(e),this.events.changed()}),this.chips.set(e,{node:n,n:t}),n}addFilter(e){this.tools.append(e)}focusSearch(){this.search.focus()}searchField(){let e=c("input","scl-search",{type:"search",placeholder:"Search","aria-label":"Search tasks by name, worker, number or error",spellcheck:"false"});return e.addEventListener("input",()=>{this.rowModel.find(e.value),this.events.changed()}),e.addEventListener("keydown",t=>{t.key==="Escape"&&e.value!==""&&(e.value="",this.rowModel.find(""),this.events.changed())}),e}};function io(s,e,t){let n=al(s,e);if(n===null)return null;let{from:o,to:i}=n,r=Object.fromEntries(w.map(u=>[u,new Float32Array(t+1)])),l=Object.fromEntries(w.map(u=>[u,new Float32Array(t+1)])),a=new Set,d=t/(i-o);for(let u of s){if(u.startedAt===null)continue;let h=(u.startedAt-o)*d,m=Math.max(h,((u.endedAt??e)-o)*d);cl(r[u.status],l[u.status],h,m),u.status==="failed"&&a.add(Math.min(Math.floor(m),t-1))}return{from:o,to:i,busy:r,failures:a,peak:ul(r,l,t)}}function al(s,e){let t=1/0,n=-1/0;for(let{startedAt:o,endedAt:i}of s)o!==null&&(t=Math.min(t,o),n=Math.max(n,i??e));return t===1/0?null:{from:t,to:Math.max(n,t+dl)}}var dl=1e-4;function cl(s,e,t,n){let o=Math.floor(t),i=Math.floor(n);if(o===i){Se(s,o,n-t);return}Se(s,o,o+1-t),Se(s,i,n-i),Se(e,o+1,1),Se(e,i,-1)}function Se(s,e,t){s[e]=(s[e]??0)+t}function ul(s,e,t){let n=new Float32Array(t);for(let o of w){let i=0;for(let r=0;r<t;r+=1)i+=e[o][r]??0,Se(s[o],r,i),Se(n,r,s[o][r]??0)}return n.reduce((o,i)=>Math.max(o,i),0)}var hl={cancelled:"rising",cancelling:"upright",failed:"falling"};function $t(s,e){let t=c("span","",{"aria-hidden":"true"});t.hidden=!0,s.append(t);let n=getComputedStyle(t),o=a=>(t.style.color=a,n.color),i=a=>Object.fromEntries(w.map(d=>[d,a(d)])),r=(a,d)=>o(`color-mix(in srgb, var(--scl-${a}) ${d}%, var(--scl-raised))`),l={fill:i(a=>{let d=hl[a],u=r(a,a==="succeeded"?38:30);return d===void 0?u:pl(e,u,r(a,55),d)??u}),text:i(()=>o("var(--scl-ink)")),ink:o("var(--scl-ink)"),failed:o("var(--scl-failed)"),line:o("var(--scl-line)"),font:`11px ${n.fontFamily}`};return t.remove(),l}var q=6;function pl(s,e,t,n){let o=document.createElement("canvas");o.width=q,o.height=q;let i=o.getContext("2d");if(i===null)return null;if(i.fillStyle=e,i.fillRect(0,0,q,q),i.strokeStyle=t,i.lineWidth=1.5,i.beginPath(),n==="upright")i.moveTo(q/2,0),i.lineTo(q/2,q);else{let r=n==="falling"?1:-1;for(let l of[-q,0,q])i.moveTo(l-1,q/2-r*(q+2)/2),i.lineTo(l+q+1,q/2+r*(q+2)/2)}return i.stroke(),s.createPattern(o,"repeat")}var ot=14,ro=3,ml=200,fl=8,gl=["succeeded","running","retrying","cancelling","cancelled","failed"],Ft=class{constructor(e,t,n){this.root=e;this.store=t;this.choose=n;this.node=c("div","scl-ribbon",{title:"Busy workers over time: drag to list only the tasks of a stretch of time"},this.canvas,this.window),this.node.addEventListener("pointerdown",this.onDown),this.node.addEventListener("pointermove",this.onMove),this.node.addEventListener("pointerup",this.onUp),this.chip.addEventListener("click",()=>{this.choose(null)}),this.resized=new ResizeObserver(()=>{this.isStale=!0,this.draw(null)}),this.resized.observe(this.node)}node;chip=c("button","scl-chip scl-during",{type:"button"});canvas=c("canvas","scl-ribbon-canvas",{"aria-hidden":"true"});window=c("div","scl-ribbon-window");resized;coverage=null;drawnOf=-1;drawnAt=-1/0;took=0;isStale=!0;dragFrom=null;dispose(){this.resized.disconnect()}get isBehind(){return this.store.revision!==this.drawnOf}draw(e){let{running:t,cancelling:n}=this.store.counts,o=this.isStale||this.isBehind||t+n>0,i=performance.now(),r=this.coverage===null?0:Math.max(ml,fl*this.took);if(o&&i-this.drawnAt>=r){this.drawnOf=this.store.revision,this.drawnAt=i,this.isStale=!1;let{clientWidth:l}=this.node,a=Math.max(1,l);this.coverage=io(this.store.rows,this.store.now(),a),this.node.classList.toggle("scl-ribbon-empty",this.coverage===null),this.paint(a),this.took=performance.now()-i}this.drawWindow(e)}paint(e){let{canvas:t,coverage:n}=this,o=window.devicePixelRatio||1;t.width=Math.round(e*o),t.height=Math.round(ot*o);let i=t.getContext("2d");if(i===null||n===null)return;i.scale(o,o);let r=$t(this.root,i),l=(ot-1)/Math.max(n.peak,1e-9);for(let a=0;a<e;a+=1){let d=ot;for(let u of gl){let h=(n.busy[u][a]??0)*l;h>0&&(i.fillStyle=r.fill[u],i.fillRect(a,d-h,1,h),d-=h)}}i.fillStyle=r.failed;for(let a of n.failures)i.fillRect(Math.min(a,e-2),0,2,ot);i.fillStyle=r.line,i.fillRect(0,ot-1,e,1)}drawWindow(e){let{coverage:t}=this,n=e!==null&&t!==null;if(this.window.hidden=!n,this.chip.hidden=!n,!n)return;let{from:o,to:i}=t,r=a=>Math.min(Math.max((a-o)/(i-o),0),1)*100;this.window.style.left=`${r(e.from)}%`,this.window.style.right=`${100-r(e.to)}%`;let l=`${W(e.from-o)} – ${W(e.to-o)}`;g(this.chip,`${l} ✕`),A(this.chip,"aria-label",`Tasks of ${l} only: list all again`)}pixelAt(e){return e.clientX-this.node.getBoundingClientRect().left}onDown=e=>{e.button===0&&(this.dragFrom=this.pixelAt(e),this.node.setPointerCapture(e.pointerId),e.preventDefault())};onMove=e=>{let{coverage:t,dragFrom:n}=this,o=this.pixelAt(e);if(n===null||t===null||Math.abs(o-n)<ro)return;let i=Math.max(1,this.node.clientWidth),r=l=>t.from+Math.min(Math.max(l,0),i)/i*(t.to-t.from);this.choose({from:r(Math.min(o,n)),to:r(Math.max(o,n))})};onUp=e=>{let t=this.dragFrom;this.dragFrom=null,t!==null&&Math.abs(this.pixelAt(e)-t)<ro&&this.choose(null)}};function co(s,e){let t=[];for(let n of[...s].sort((o,i)=>o.first-i.first||ao(o.name,i.name))){let o=yl(t,n,e);o===void 0?t.push({names:[n.name],last:n.last}):(o.names.push(n.name),o.last=n.last)}return t.map(({names:n})=>n).sort(([n=""],[o=""])=>ao(n,o))}function yl(s,e,t){let n=s.filter(({names:i,last:r})=>lo(i[0]??"")===lo(e.name)&&it(r)<=e.first),o=n.filter(({last:i})=>vl(i));return o.length>0||t===0||s.length<t?o.sort((i,r)=>it(i.last)-it(r.last))[0]:n.sort((i,r)=>it(r.last)-it(i.last))[0]}function it(s){if(s.endedAt===null)return 1/0;let e=s.cancelResolution==="killed"?s.cancelRequestedAt:null;return Math.min(s.endedAt,e??1/0)-.1}function vl({cancelResolution:s,error:e}){return s==="killed"||/^(WorkerDied|TaskOverMemory)\b/.test(e)}function lo(s){return s.replace(/\d+$/,"")}var wl=new Intl.Collator("en",{numeric:!0});function ao(s,e){return wl.compare(s,e)}var bl=64,En=1e-4,xl=8,uo=1,rt=class{constructor(e){this.store=e}lanesMade=[];madeOf=-1;dearUntil=0;total=0;extent=null;chosen=null;get lanes(){if(this.madeOf!==this.store.revision&&performance.now()>=this.dearUntil){let e=performance.now();this.make(),this.madeOf=this.store.revision;let t=performance.now()-e;this.dearUntil=t<2?0:e+t*(1+xl)}return this.lanesMade}get slotCount(){return this.total}get isBehind(){return this.madeOf!==this.store.revision}make(){let e=new Map,t=1/0,n=-1/0;for(let r of this.store.rows){let l=Sl(r);if(l===null)continue;let a=e.get(r.worker);if(a===void 0){let d={name:r.worker,first:l.start,last:r};e.set(r.worker,{run:d,spans:[l]})}else a.spans.push(l),a.run.first=Math.min(a.run.first,l.start),a.run.last=l.start>=(a.run.last.startedAt??0)?r:a.run.last;t=Math.min(t,l.start),n=Math.max(n,l.end??l.start)}this.extent=t<=n?{from:t,to:n}:null;let o=[...e.values()].map(({run:r})=>r),i=co(o,this.store.engine?.workerCount??0);this.total=i.length,this.lanesMade=i.slice(0,bl).map(r=>({worker:r.at(-1)??"",workers:r,spans:r.flatMap(l=>e.get(l)?.spans??[]).sort((l,a)=>l.start-a.start)}))}get whole(){let{extent:e}=this,t=this.store.now();if(e===null)return{from:t-1,to:t};let{running:n,cancelling:o}=this.store.counts,i=n+o>0?Math.max(t,e.to):e.to;return{from:e.from,to:Math.max(i,e.from+En)}}get range(){return this.chosen??this.whole}get isZoomed(){return this.chosen!==null}look(e){this.chosen=e}zoom(e,t){let{from:n,to:o}=this.range,i=Math.max((o-n)/e,En),r=(t-n)/(o-n);this.show(t-r*i,i)}pan(e){let{from:t,to:n}=this.range;this.show(t+e*(n-t),n-t)}reveal(e){let{from:t,to:n}=this.range,o=e.end??this.store.now();if(e.start<t||o>n){let i=Math.max(n-t,(o-e.start)*1.2);this.show((e.start+o-i)/2,i)}}show(e,t){let{whole:n}=this,o=n.to-n.from;if(t>=o){this.chosen=null;return}let i=Math.min(Math.max(e,n.from),n.to-t);this.chosen={from:i,to:i+t}}bars(e,t){let{from:n,to:o}=this.range,i=this.store.now(),r=t/(o-n),l=[];for(let a=ho(e.spans,n);a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>o)break;let u=Math.max((d.start-n)*r,0),h=Math.min(((d.end??i)-n)*r,t);if(h-u>=uo){l.push({left:u,right:h,status:d.status,id:d.id,count:1});continue}let m=Math.floor(u),p={left:m,right:m+uo},x=l.at(-1);if(x?.left===m&&x.right===p.right){let E=x.count+1;l[l.length-1]={...p,...kl(x,d),count:E}}else l.push({...p,status:d.status,id:d.id,count:1})}return l}at(e,t,n){let o=this.store.now(),i=null,r=n,l=ho(e.spans,t-n);for(let a=l;a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>t+n)break;let u=Math.max(d.start-t,t-(d.end??o),0);(u<r||u===0&&r===0)&&(i=d,r=u)}return i}ticks(e){let{from:t,to:n}=this.range,o=this.whole.from,i=Tl((n-t)/Math.max(e,1)),r=[];for(let l=Math.ceil((t-o)/i);o+l*i<=n;l+=1)r.push({at:o+l*i,since:l*i});return r}};function Sl(s){return s.startedAt===null?null:{id:s.id,start:s.startedAt,end:s.endedAt,status:s.status}}function ho(s,e){let t=0,n=s.length;for(;t<n;){let o=t+n>>1;(s[o]?.end??1/0)<e?t=o+1:n=o}return t}function kl(s,e){let{status:t,id:n}=w.indexOf(e.status)<w.indexOf(s.status)?e:s;return{status:t,id:n}}var El=[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,21600,43200,86400];function Tl(s){if(s<1){let e=10**Math.floor(Math.log10(Math.max(s,En)));return[1,2,5,10].map(t=>t*e).find(t=>t>=s)??1}return El.find(e=>e>=s)??Math.ceil(s/86400)*86400}var Ml=4,zt=class{node;name=c("strong");facts=c("div");time=c("div");what=c("div","scl-card-what");more=c("div");constructor(){let e=c("div","",{role:"status"},this.name,this.facts);this.node=c("div","scl-card",{},e,this.time,this.what,this.more),this.node.hidden=!0}hide(){this.node.hidden=!0}show(e,t,n,o){this.node.hidden=!1,this.node.dataset.status=e.status,g(this.name,`${H[e.status]} ${f(e.name)}`);let i=[e.status,f(e.worker),e.attempt>1?`attempt ${e.attempt}`:""];g(this.facts,i.filter(r=>r!=="").join(", ")),g(this.time,Al(e,t,n)),g(this.what,N(e.status)?f(cs(e,t)):""),g(this.more,o>0?`and ${F(o)} more here: zoom in`:"")}place(e,t,n,o){let i=(Math.max(e,0)+Math.min(t,o))/2,r=this.node.offsetWidth,l=Math.max(0,Math.min(i-r/2,o-r));this.node.style.transform=`translate(${Math.round(l)}px, ${Math.round(n+Ml)}px)`}};function Al(s,e,t){if(s.startedAt===null)return"";let n=W(s.startedAt-t),o=s.endedAt===null?"":` to ${W(s.endedAt-t)}`;return`${ye(s,e)}, ${o===""?"since":"from"} ${n}${o}`}var Be=18,lt=14,Ol=16,Rl=80,Cl=44,po=3,Il=14,Ll=44,qe=1.6,_l=90,Nl="Arrow keys go from task to task, + and - zoom, 0 shows all, Enter selects, F lists only the tasks of the time in sight.",Dt=class{constructor(e,t,n){this.root=e;this.store=t;this.events=n;this.timeline=new rt(t),this.area=c("div","scl-tl-area",{role:"application",tabindex:"0","aria-label":"Timeline of the workers","aria-description":Nl},this.names,this.canvas);let o=()=>{let{from:l,to:a}=this.timeline.range;return(l+a)/2},i=I("scl-tl-zoom","−",()=>{this.zoom(1/qe,o())}),r=I("scl-tl-zoom","+",()=>{this.zoom(qe,o())});i.setAttribute("aria-label","Zoom out"),r.setAttribute("aria-label","Zoom in"),this.fit=I("scl-tl-zoom","All",()=>{this.showAll()}),this.fit.setAttribute("aria-label","Show all of the time"),this.node=c("section","scl-timeline",{"aria-label":"Timeline"},c("div","scl-tl-line",{},this.shown,i,r,this.fit),this.area,this.axis,this.card.node),this.node.hidden=!0,this.area.addEventListener("keydown",this.onKey),this.area.addEventListener("wheel",this.onWheel,{passive:!1}),this.canvas.addEventListener("pointermove",this.onMove),this.canvas.addEventListener("pointerdown",this.onDown),this.canvas.addEventListener("pointerup",this.onUp),this.canvas.addEventListener("pointerleave",this.onLeave),this.resized=new ResizeObserver(()=>{this.touch()}),this.resized.observe(this.area)}node;timeline;shown=c("div","scl-tl-said");card=new zt;names=c("div","scl-tl-names",{"aria-hidden":"true"});canvas=c("canvas","scl-tl-canvas",{"aria-hidden":"true"});axis=c("div","scl-tl-axis",{"aria-hidden":"true"});area;fit;resized;cursor=null;cursorLane=0;dragFrom=null;isStale=!0;drawnOf=-1;drawnAt=-1/0;dispose(){this.resized.disconnect()}look(e){this.timeline.look(e),this.isStale=!0}draw(e){if(this.node.hidden===e&&(this.node.hidden=!e,this.isStale=!0),!e)return;let t=performance.now(),n=this.store.counts.running+this.store.counts.cancelling>0,o=this.store.revision!==this.drawnOf||n;if(!this.isStale&&!(o&&t-this.drawnAt>=_l))return;let{lanes:i}=this.timeline;this.isStale=this.timeline.isBehind,this.drawnOf=this.store.revision,this.drawnAt=t,this.drawNames(i),this.drawAxis(),this.drawBars(i),g(this.shown,$l(i.length,this.timeline.slotCount)),this.drawCard(),this.fit.disabled=!this.timeline.isZoomed}get isBehind(){return!this.node.hidden&&(this.isStale||this.store.revision!==this.drawnOf)}touch(){this.isStale=!0,this.events.changed()}get width(){return Math.max(1,this.area.clientWidth-this.names.offsetWidth)}drawNames(e){let t=e.map(({worker:i})=>i===""?"(no worker named)":f(i)),n=e.map(({workers:i})=>i.map(f).join(", then ")),o=this.timeline.slotCount-e.length;o>0&&t.push(`and ${T(o)} more`),this.names.childElementCount!==t.length&&this.names.replaceChildren(...t.map(()=>c("div","scl-tl-name")));for(let[i,r]of[...this.names.children].entries())r instanceof HTMLElement&&(g(r,t[i]??""),A(r,"title",n[i]??""))}drawAxis(){let{from:e,to:t}=this.timeline.range,{width:n}=this,o=t-Cl/n*(t-e),i=this.timeline.ticks(Math.floor(n/Rl)).filter(({at:r})=>r<=o);this.axis.style.paddingInlineStart=`${this.names.offsetWidth}px`,this.axis.style.height=`${Ol}px`,this.axis.childElementCount!==i.length&&this.axis.replaceChildren(...i.map(()=>c("span","scl-tl-tick")));for(let[r,l]of[...this.axis.children].entries()){let a=i[r];if(l instanceof HTMLElement&&a!==void 0){let d=this.names.offsetWidth+(a.at-e)/(t-e)*n;l.style.transform=`translateX(${Math.round(d)}px)`,g(l,a.since===0?"0":W(a.since))}}}drawBars(e){let{canvas:t,width:n}=this,o=Math.max(1,e.length)*Be,i=window.devicePixelRatio||1;t.style.width=`${n}px`,t.style.height=`${o}px`,t.width=Math.round(n*i),t.height=Math.round(o*i);let r=t.getContext("2d");if(r===null)return;r.scale(i,i);let l=$t(this.root,r);r.font=l.font,r.textBaseline="middle";for(let[a,d]of e.entries()){let u=a*Be;r.fillStyle=l.line,r.fillRect(0,u+Be-1,n,1);for(let h of this.timeline.bars(d,n))Pl(r,h,u+1,l,this.nameOf(h))}this.drawCursor(r,l,n)}nameOf(e){return e.right-e.left<Ll?"":f(this.store.get(e.id)?.name??"")}drawCursor(e,t,n){let{cursor:o}=this;if(o===null)return;let{from:i,to:r}=this.timeline.range,l=(o.start-i)/(r-i)*n,a=((o.end??this.store.now())-i)/(r-i)*n;e.strokeStyle=t.ink,e.lineWidth=2;let d=this.cursorLane*Be+1;e.strokeRect(l-1,d,Math.max(a-l,1)+2,lt+1)}drawCard(){let{cursor:e,card:t}=this,n=e===null?void 0:this.store.get(e.id);if(e===null||n===void 0){t.hide();return}let{range:o,whole:i}=this.timeline,r=this.store.now();t.show(n,r,i.from,this.hidden());let l=this.names.offsetWidth,a=m=>l+(m-o.from)/(o.to-o.from)*this.width,d=(this.cursorLane+1)*Be-this.area.scrollTop,[u,h]=[a(e.start),a(e.end??r)];t.place(u,h,this.area.offsetTop+d,this.area.clientWidth)}hidden(){let e=this.timeline.lanes[this.cursorLane],{cursor:t}=this;if(e===void 0||t===null)return 0;let{from:n,to:o}=this.timeline.range,i=(t.start-n)/(o-n)*this.width,r=this.timeline.bars(e,this.width).find(l=>l.left<=i&&i<l.right);return r===void 0?0:r.count-1}timeAt(e){let{from:t,to:n}=this.timeline.range;return t+e/this.width*(n-t)}point(e){let t=this.canvas.getBoundingClientRect();return{x:e.clientX-t.left,y:e.clientY-t.top}}onMove=e=>{let{x:t,y:n}=this.point(e);if(this.dragFrom!==null&&e.buttons>0){let u=t-this.dragFrom.x;(this.dragFrom.moved||Math.abs(u)>po)&&(this.timeline.pan(-u/this.width),this.dragFrom={x:t,moved:!0},this.looked());return}let o=Math.floor(n/Be),i=this.timeline.lanes[o],{from:r,to:l}=this.timeline.range,a=po*(l-r)/this.width,d=i===void 0?null:this.timeline.at(i,this.timeAt(t),a);this.canvas.classList.toggle("scl-tl-hit",d!==null),d?.id!==this.cursor?.id&&(this.cursor=d,this.cursorLane=o,this.touch())};onDown=e=>{this.dragFrom={x:this.point(e).x,moved:!1},this.canvas.setPointerCapture(e.pointerId)};onUp=()=>{let e=this.dragFrom?.moved??!1;this.dragFrom=null,!e&&this.cursor!==null&&this.events.select(this.cursor.id)};onLeave=()=>{this.cursor!==null&&document.activeElement!==this.area&&(this.cursor=null,this.touch())};onWheel=e=>{let t=Math.abs(e.deltaX)>Math.abs(e.deltaY)||e.shiftKey;if(t&&this.timeline.isZoomed)this.timeline.pan((e.deltaX||e.deltaY)/this.width),this.looked();else if(!t&&(e.ctrlKey||e.metaKey||this.hasFocus))this.zoom(e.deltaY<0?qe:1/qe,this.timeAt(this.point(e).x));else return;e.preventDefault()};get hasFocus(){return document.activeElement===this.area}zoom(e,t){this.timeline.zoom(e,t),this.looked()}showAll(){this.timeline.look(null),this.looked()}looked(){this.events.looked(this.timeline.isZoomed?this.timeline.range:null),this.touch()}onKey=e=>{e.ctrlKey||e.metaKey||e.altKey||!this.pressed(e.key)||(e.preventDefault(),e.stopPropagation())};pressed(e){let{from:t,to:n}=this.timeline.range,o=this.cursor===null?(t+n)/2:this.cursor.start;switch(e){case"+":case"=":return this.zoom(qe,o),!0;case"-":return this.zoom(1/qe,o),!0;case"0":return this.showAll(),!0;case"f":return this.events.toggleRows(),!0;case"ArrowLeft":return this.step(-1);case"ArrowRight":return this.step(1);case"Home":return this.step(-1/0);case"End":return this.step(1/0);case"ArrowUp":return this.changeLane(-1);case"ArrowDown":return this.changeLane(1);case"Enter":case" ":return this.cursor!==null&&this.events.select(this.cursor.id),!0;default:return!1}}step(e){let t=this.timeline.lanes[this.cursorLane],n=(t?.spans.length??0)-1;if(t!==void 0&&n>=0){let o=this.cursor?.id,i=t.spans.findIndex(l=>l.id===o),r=i<0?e<0?0:n:i+e;this.goTo(t.spans[Math.min(Math.max(r,0),n)]??null)}return!0}changeLane(e){let{lanes:t}=this.timeline,n=t[this.cursorLane+e];if(n!==void 0){let o=this.cursor?.start??this.timeline.range.to;this.cursorLane+=e,this.goTo(this.timeline.at(n,o,1/0))}return!0}goTo(e){this.cursor=e,e!==null&&this.timeline.reveal(e),this.looked()}};function Pl(s,e,t,n,o){let i=e.right-e.left,r=i>3?1:0;s.fillStyle=n.fill[e.status],s.fillRect(e.left,t,i-r,lt),e.status==="failed"&&(s.fillStyle=n.ink,s.fillRect(e.left,t+lt,Math.max(i-r,2),2)),!(i<Il)&&(s.save(),s.beginPath(),s.rect(e.left,t,i-r-2,lt),s.clip(),s.fillStyle=n.text[e.status],s.fillText(`${Fl(e.status)} ${o}`,e.left+3,t+lt/2+.5),s.restore())}function $l(s,e){return s===0?"No task has started yet.":e===1?"1 worker":`${T(e)} workers`}function Fl(s){return H[s]}var mo="scaler_lab.looks",Tn="scaler_lab.lists",zl=40,Ht=class{constructor(e,t){this.storage=e;this.rowModel=t;this.looks=Dl(Te(e,mo)),t.listGroups(this.looks.groups)}looks;height="";scope="";saved="";shows(e){return this.looks.columns.includes(e)}toggleColumn(e){let{columns:t}=this.looks;this.looks.columns=this.shows(e)?t.filter(n=>n!==e):[...t,e],this.saveLooks()}get nameWidth(){return this.looks.nameWidth}set nameWidth(e){this.looks.nameWidth=e,this.saveLooks()}get paneHeight(){return this.looks.paneHeight}set paneHeight(e){this.looks.paneHeight=e,this.saveLooks()}get timeline(){return this.looks.timeline}set timeline(e){this.looks.timeline=e,this.saveLooks()}listGroups(e){this.rowModel.listGroups(e),this.looks.groups=e,this.saveLooks()}noteHeight(e){e!==""&&(this.height=e)}enter(e){if(e===this.scope)return"";this.scope=e;let t=fo(Te(this.storage,Tn)).get(e);return t===void 0?"":(this.height=t.height,this.rowModel.restore({key:t.sort,descending:t.descending},t.statuses,t.query),this.saved=JSON.stringify(this.list()),t.height)}save(){let e=this.list(),t=JSON.stringify(e);if(this.scope===""||t===this.saved)return;this.saved=t;let n=fo(Te(this.storage,Tn));n.delete(this.scope),n.set(this.scope,e),Ve(this.storage,Tn,JSON.stringify([...n].slice(-zl)))}list(){let{sort:e,filter:t,query:n}=this.rowModel;return{sort:e.key,descending:e.descending,statuses:[...t],query:n,height:this.height}}saveLooks(){Ve(this.storage,mo,JSON.stringify(this.looks))}};function Dl(s){let e=go(s),t=typeof e=="object"&&e!==null?e:{};return{columns:Array.isArray(t.columns)?je.filter(n=>t.columns.includes(n)):["arguments"],nameWidth:typeof t.nameWidth=="number"?t.nameWidth:null,paneHeight:typeof t.paneHeight=="number"?t.paneHeight:null,timeline:t.timeline===!0,groups:t.groups!==!1}}function fo(s){let e=go(s),t=new Map;for(let n of Array.isArray(e)?e:[]){let[o,i]=Array.isArray(n)?n:[];typeof o=="string"&&typeof i=="object"&&i!==null&&t.set(o,Hl(i))}return t}function Hl(s){return{sort:De.find(e=>e===s.sort)??"state",descending:s.descending===!0,statuses:Array.isArray(s.statuses)?w.filter(e=>s.statuses.includes(e)):[],query:typeof s.query=="string"?s.query:"",height:typeof s.height=="string"?s.height:""}}function go(s){try{return JSON.parse(s)}catch{return null}}var yo=500,jl=6,Wl=100,Bl=120,ql={cancel:ne,kill:s=>s==="running"||s==="cancelling",retry:de};function at(s,e,t){let n=Xn(),o=new fe(()=>e.engine?.engineId??"",n),i=new be(e,o),r=new Ht(n,i),l=!1,a=0,d=0,u=0,h="",m=null,p=()=>{a===0&&(a=requestAnimationFrame(()=>{a=0,Z()}))},x=(b,z)=>{h=b,m=z??null;let me=z===void 0?jl:fs;u=Date.now()+me*1e3,p()},E=new Ie(()=>{C.node.focus()}),L=new _t(()=>{C.node.focus()}),M=new Ce(e,i,t,{changed:p,notice:x,ask:(b,z,me)=>{E.ask(f(b),z,me)}}),S=new $e(t,p),v=new Pt(e,i,r,M,{changed:p,notice:x,help:()=>{L.open()}}),_=new Dt(s,e,{changed:p,select:b=>{let z=e.groupOf(b);z!==null&&i.groupsAreListed&&i.fold(z.id,!1),i.selectOnly(b),i.indexOf(b)<0&&x("What is searched for or filtered hides this task's row"),C.draw(),C.reveal(),p()},looked:b=>{i.during!==null&&i.listDuring(b)},toggleRows:()=>{i.listDuring(i.during===null?_.timeline.range:null),p()}}),R=new Ft(s,e,b=>{i.listDuring(b),_.look(b),p()});v.addFilter(R.chip);let C=new Lt(e,i,M.pending,S,r,{changed:p,stop:(b,z)=>{M.stop(b,z)},stopQueued:()=>{M.stopQueued()},retry:b=>{M.retry(b)},search:()=>{v.focusSearch()},help:()=>{L.open()},toggleDetails:b=>{l=!(l&&i.active===b&&P===b),i.active=b,p()}}),P=null,ee=new _e(t,r,{close:()=>{l=!1,p(),C.node.focus()},notice:x}),le=new Re,te=c("span"),ae=I("scl-undo","Undo",()=>{let b=m;u=0,m=null,p(),b?.()}),Q=c("div","scl-foot",{},te,ae),ct=c("div","scl-frame",{},C.node,C.emptyNote,v.selection,L.node),Z=()=>{let b=r.enter(Gl(e));b!==""&&(C.node.style.height=b),v.draw(),R.draw(i.during),_.draw(r.timeline),C.draw();let z=i.ids.length===0;so(C,z?Ul(e,i):""),s.classList.toggle("scl-is-empty",z);let me=i.active===null?void 0:e.get(i.active),hi=P;P=l&&me!==void 0?me.id:null,ee.draw(l?me??null:null),hi===null&&P!==null&&Ke(),le.draw(e.counts),r.save(),g(te,li()),Q.hidden=te.textContent==="",ae.hidden=m===null||Date.now()>=u,s.dataset.phase=e.phase,(i.isBehind||R.isBehind||_.isBehind)&&(window.clearTimeout(d),d=window.setTimeout(p,Wl))},Ke=()=>{requestAnimationFrame(()=>{requestAnimationFrame(()=>{C.reveal()})})},li=()=>Date.now()<u&&h!==""?f(h):e.phase==="ended"?f(e.endReason):"",en=b=>e.phase==="ended"||b==="kill"&&e.engine?.canStopRunning!==!0?[]:i.meant.filter(({status:z})=>ql[b](z)).map(({id:z})=>z),jn=b=>b==="details"?i.active!==null&&e.get(i.active)!==void 0:en(b).length>0,ai=b=>{b==="details"?(l=jn(b),p()):b==="retry"?M.retry(en(b)):M.stop(en(b),b==="kill")};s.classList.add("scl"),s.tabIndex=-1,s.replaceChildren(v.node,R.node,_.node,ct,E.node,ee.node,Q,le.node);let di=Tt(s),ci=e.subscribe(p),Wn=0,ui=window.setInterval(()=>{Kl(s)&&Date.now()<Wn+Bl*1e3&&t.keepAlive?.(),(e.counts.running+e.counts.cancelling>0||Date.now()<u+yo)&&p()},yo),ut=()=>{Wn=Date.now(),t.keepAlive?.()};return s.addEventListener("pointermove",ut,{passive:!0}),s.addEventListener("keydown",ut),s.addEventListener("keydown",vo),Z(),{rowModel:i,can:jn,perform:ai,notice:x,draw:Z,dispose:()=>{cancelAnimationFrame(a),window.clearInterval(ui),window.clearTimeout(d),ci(),di(),C.dispose(),S.dispose(),R.dispose(),_.dispose(),ee.dispose(),s.removeEventListener("pointermove",ut),s.removeEventListener("keydown",ut),s.removeEventListener("keydown",vo),s.replaceChildren()}}}function Gl({engine:s}){return s===null?"":`${s.engineId} ${s.label}`}function Kl(s){return s.matches(":hover")||document.hasFocus()&&ce(s)}function vo(s){!s.ctrlKey&&!s.metaKey&&!s.altKey&&s.stopPropagation()}function Ul(s,e){if(e.isFiltered&&s.size>0)return"No task matches.";switch(s.phase){case"connecting":return"Waiting for the kernel …";case"live":return s.size>0?"Loading …":"No tasks yet: submit something.";case"ended":return"No tasks."}}var Vl=new Map([["line",Ns],["task",Ps]]);function Mn(s,e,t,n){return(Vl.get(s)??at)(e,t,n)}var Jl=5,Xl=.5,re=class{byId=new Map;byGroup=new Map;alone=new Set;order=[];orderIsStale=!1;tally=G();told=null;listeners=new Set;resync;clock;staged=null;stagedVersion=-1;fillsEmpty=!0;pending=!1;clockAhead=null;samples=[];version=-1;phase="connecting";engine=null;endReason="";revision=0;constructor(e){this.resync=e.resync,this.clock=e.clock??(()=>Date.now()/1e3)}subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}get rows(){if(this.orderIsStale){let e=[];for(let{row:t}of this.byId.values())e.push(t);this.order=mt(e),this.orderIsStale=!1}return this.order}restartRate(){this.samples=[]}get size(){let{counts:e}=this;return w.reduce((t,n)=>t+e[n],0)}get counts(){return this.told??this.tally}get settled(){let{succeeded:e,failed:t,cancelled:n}=this.counts;return e+t+n}get(e){return this.byId.get(e)?.row}get groups(){return this.byGroup.values()}get hasGroups(){return this.byGroup.size>0}get onlyGroup(){for(let e of this.byGroup.values())return this.byGroup.size===1?e:null;return null}group(e){return this.byGroup.get(e)}groupOf(e){return this.byId.get(e)?.group??null}get ungrouped(){let e=[];for(let{row:t}of this.alone)e.push(t);return mt(e)}get ungroupedCount(){return this.alone.size}now(){return this.clock()+(this.clockAhead??0)}rate(){let e=this.clock(),t=this.samples;for(;t.length>2&&(t[1]?.at??e)<=e-Jl;)t.shift();let n=t[0];return n===void 0||this.settled===this.size||e-n.at<Xl?null:(this.settled-n.settled)/(e-n.at)}apply(e,t){if(t!==void 0){let n=t-this.clock();this.clockAhead=this.clockAhead===null?n:Math.max(this.clockAhead,n)}switch(e.kind){case"welcome":this.engine=e,this.phase="connecting",this.endReason="",this.pending=!0;break;case"snapshot":this.told=e.counts,(this.version<0||e.counts===null)&&(this.samples=[]),this.applySnapshot(e.version,e.part,e.parts,e.rows);break;case"changes":if(this.version<0||e.since!==this.version){e.version>this.version&&this.askForSnapshot();return}this.told=e.counts;for(let n of e.forgotten)this.forget(n);for(let n of e.rows)this.put(n);this.version=e.version;break;case"closed":this.end(e.reason,"engine ended");return;case"response":case"details":return}this.sample(),this.notify()}end(e,t){this.phase="ended",this.endReason=e;let n=this.now();for(let{row:o}of[...this.byId.values()])N(o.status)||this.put(Ql(o,t,n));if(this.told!==null){let{cancelling:o,...i}=this.told;this.told={...G(),succeeded:i.succeeded,failed:i.failed+V(this.told),cancelled:i.cancelled+o}}this.sample(),this.notify()}overtake(e){let t=!1;for(let n of e){let o=this.byId.get(n.id)?.row;o===void 0||!Yl(n,o)||(this.put({...n,number:o.number,version:o.version,cell:o.cell}),this.told!==null&&n.status!==o.status&&(this.told={...this.told,[o.status]:this.told[o.status]-1,[n.status]:this.told[n.status]+1}),t=!0)}t&&(this.sample(),this.notify())}reconnect(){this.pending=!1,this.askForSnapshot()}applySnapshot(e,t,n,o){t===0&&(this.staged=[],this.stagedVersion=e,this.fillsEmpty=this.byId.size===0);let i=this.staged;if(i===null||e!==this.stagedVersion){this.staged=null,this.pending=!1,this.askForSnapshot();return}let r=t===n-1;for(let l of o)i.push(l);if(this.fillsEmpty)for(let l of o)this.put(l);else r&&this.replace(i);r&&(this.staged=null,this.pending=!1,this.version=e,this.phase="live")}replace(e){this.byId.clear(),this.byGroup.clear(),this.alone.clear(),this.tally=G();for(let t of e)this.add(t)}put(e){let t=this.byId.get(e.id);if(t===void 0){this.add(e);return}let n=t.row;t.row=e,t.group?.change(n,e),this.tally[n.status]-=1,this.tally[e.status]+=1,this.orderIsStale=!0}add(e){let t=es(e),n=null;t!==null&&(n=this.byGroup.get(t)??new pt(t,e),this.byGroup.set(t,n));let o={row:e,group:n};this.byId.set(e.id,o),n===null?this.alone.add(o):n.add(o),this.tally[e.status]+=1,this.orderIsStale=!0}forget(e){let t=this.byId.get(e);if(t===void 0)return;N(t.row.status)||(this.tally[t.row.status]-=1),this.byId.delete(e),this.alone.delete(t);let{group:n}=t;n!==null&&(n.remove(t),n.isEmpty&&this.byGroup.delete(n.id)),this.orderIsStale=!0}sample(){let e=this.clock(),t=this.samples.at(-1);this.settled===this.size?this.samples=[{at:e,settled:this.settled}]:(t===void 0||e-t.at>=.1)&&this.samples.push({at:e,settled:this.settled})}askForSnapshot(){this.pending||(this.pending=!0,this.resync())}notify(){this.revision+=1;for(let e of[...this.listeners])e()}};function Yl(s,e){if(N(e.status))return!1;if(s.attempt!==e.attempt)return s.attempt>e.attempt;let t=wo(s.status)-wo(e.status);return t>0||t===0&&s.outputBytes>e.outputBytes}function wo(s){return J(s)?s==="retrying"?3:0:s==="running"?1:s==="cancelling"?2:4}function Ql(s,e,t){return s.status==="cancelling"?{...s,status:"cancelled",cancelResolution:"lost",detail:e,endedAt:t}:{...s,status:"failed",error:e,detail:"",endedAt:t}}var jt="application/vnd.scaler-lab.table.v1+json";function bo(s){try{let{layout:e,welcome:t,engines:n,tasks:o,version:i}=s??{},r=Ee(t);return r.kind!=="welcome"?null:{layout:y(e),welcome:r,engines:O(n).map(y),tasks:O(o).map(Zl),version:k(i)}}catch(e){if(e instanceof j)return null;throw e}}function Zl(s){let[e,t]=O(s);return[y(e),y(t)]}function xo({tasks:s},e){return s.some(([t,n])=>t<=e&&e<=n)}var ea="scaler_lab-saved",ta="scl-saved";function So(s,e){s.classList.add(ta),s.addEventListener(ea,t=>{e(t.detail)})}function ko(s,e){s.dataset.version=e===null?"":String(e)}var na=Symbol.for("scaler_lab.serverTasks");function An(s){globalThis[na]=s}var sa=1500,On=3,oa=15e3,Wt=class{constructor(e,t=()=>null){this.emit=e;this.countsOf=t}settings={failures:!0,doneAfter:60};gathered=new Map;told=new Map;number=0;timer=null;apply({engineId:e,title:t,tasks:n,failed:o}){let{failures:i,doneAfter:r}=this.settings,l=i?n.filter(({status:h})=>h==="failed"):[],a=n.filter(({status:h,seconds:m})=>h==="succeeded"&&r>0&&m>=r),d=i?o:0;if(d===0&&a.length===0)return;let u=this.gathered.get(e)??{engineId:e,title:t,failed:0,failures:[],done:[]};this.gathered.set(e,u),u.failed+=d,u.failures.push(...l.slice(0,On)),u.done.push(...a),this.timer??=setTimeout(()=>{this.flush()},sa)}dispose(){this.timer!==null&&(clearTimeout(this.timer),this.timer=null),this.gathered.clear()}flush(){this.timer=null;for(let e of this.gathered.values()){e.failed>0&&this.emitFailures(e);let{engineId:t,title:n,done:o}=e,[i]=o;if(i!==void 0){this.number+=1;let r=la(n,o);this.emit({kind:"done",engineId:t,text:r,first:i,number:this.number})}}this.gathered.clear()}emitFailures({engineId:e,title:t,failed:n,failures:o}){let i=Date.now(),r=this.told.get(e);(r===void 0||i-r.at>oa)&&(this.number+=1,r={number:this.number,failed:0,failures:[],at:i}),r={number:r.number,failed:r.failed+n,failures:[...r.failures,...o].slice(0,On),at:i},this.told.set(e,r),this.emit({kind:"failed",engineId:e,text:ia(t,r.failed,r.failures,this.countsOf(e)),first:r.failures[0]??null,number:r.number})}};function ia(s,e,t,n){let[o]=t,i=n?.failed===e?ra(n):0,r=i>e?`${T(e)} of ${F(i)}`:F(e);return o===void 0?`${r} failed in ${s}`:e===1?`${o.name} failed in ${s}: ${o.error}`:`${r} failed in ${s}, first ${o.name}: ${o.error}`}function ra(s){return w.reduce((e,t)=>e+s[t],0)}function la(s,e){let[t]=e;return e.length===1&&t!==void 0?`${t.name} is done in ${s}, after ${Math.round(t.seconds)} s`:`${e.length} long tasks are done in ${s}${aa(e,e.length)}`}function aa(s,e){let t=[...new Set(s.slice(0,On).map(({name:n})=>n))];return t.length===0?"":`: ${t.join(", ")}${e>t.length?" …":""}`}function Bt(s){let{notifyFailures:e,notifyDoneAfterSeconds:t,area:n}=s;return{failures:e!==!1,doneAfter:typeof t=="number"?t:60,area:n==="right"?"right":"left"}}var da=8e3,ca=15e3,To={id:`${$}:plugin`,description:"Notifies of tasks that failed, and of long ones that are done.",autoStart:!0,requires:[B],optional:[Eo.ISettingRegistry],activate:(s,{model:e},t)=>{let n=new Map,o=new Wt(i=>{let r=n.get(i.number),l=ha(s,i);(r===void 0||!Rn.Notification.update({id:r,message:i.text,...l}))&&n.set(i.number,Rn.Notification.emit(i.text,ua(i),l))},i=>e.engine(i)?.counts??null);e.onEnding(i=>{o.apply(i)}),t?.load(`${$}:plugin`).then(i=>{let r=()=>{o.settings=Bt({...i.composite})};r(),i.changed.connect(r)},()=>{})}};function ua({kind:s}){return s==="failed"?"error":"success"}function ha(s,{kind:e,engineId:t,first:n}){let o=e==="failed",i=r=>{s.commands.execute(D.showPanel,{host:t,task:r})};return{autoClose:o?ca:da,actions:[...o&&n!==null?[{label:"Show traceback",callback:()=>{i(n.id)}}]:[],{label:"Show tasks",callback:()=>{i("")}}]}}var Io=require("@jupyterlab/notebook");var Mo=`/*
 * The table's looks.  Sizes, fonts and grounds are Jupyter's variables with fallbacks for pages that
 * have none; the six states have colours of their own, at least 4.5:1 on either ground, so that they
 * mean the same in every theme.  Nothing is told by colour alone.
 */

.scl {
  --scl-ground: var(--jp-layout-color0, #fff);
  --scl-raised: var(--jp-layout-color1, #fff);
  --scl-hover: color-mix(in srgb, var(--scl-ink) 5%, var(--scl-raised));
  --scl-chosen: color-mix(in srgb, var(--scl-accent) 12%, var(--scl-raised));
  --scl-ink: var(--jp-content-font-color0, #1b1f24);
  --scl-quiet: color-mix(in srgb, var(--scl-ink) 68%, var(--scl-raised));
  --scl-line: color-mix(in srgb, var(--scl-ink) 13%, var(--scl-raised));
  --scl-accent: #0b62c4;
  --scl-radius: 6px;

  --scl-cancelling: #8a5a00;
  --scl-running: #0b62c4;
  --scl-queued: #5d6673;
  --scl-waiting: #5d6673;
  --scl-retrying: #8a5a00;
  --scl-failed: #c0272d;
  --scl-cancelled: #8138a8;
  --scl-succeeded: #1a7437;

  box-sizing: border-box;
  container-type: inline-size;
  display: flex;
  flex-direction: column;
  margin: 2px 0;
  border: 1px solid var(--scl-line);
  border-radius: var(--scl-radius);
  background: var(--scl-raised);
  color: var(--scl-ink);
  font-family: var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", sans-serif);
  font-size: var(--jp-ui-font-size1, 13px);
  font-variant-numeric: tabular-nums;
  line-height: 1.4;
  overflow: hidden;
}

.scl[data-theme="dark"] {
  --scl-ground: var(--jp-layout-color0, #111);
  --scl-raised: var(--jp-layout-color1, #1c1e21);
  --scl-ink: var(--jp-content-font-color0, #f0f2f5);
  --scl-accent: #6cb2ff;

  --scl-cancelling: #f0b440;
  --scl-running: #6cb2ff;
  --scl-queued: #a7b0bc;
  --scl-waiting: #a7b0bc;
  --scl-retrying: #f0b440;
  --scl-failed: #ff8a85;
  --scl-cancelled: #d49af5;
  --scl-succeeded: #66cf85;
}

.scl *,
.scl *::before {
  box-sizing: border-box;
}

.scl [hidden] {
  display: none !important;
}

.scl-unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.scl [data-status="cancelling"] {
  --scl-state: var(--scl-cancelling);
}

.scl [data-status="running"] {
  --scl-state: var(--scl-running);
}

.scl [data-status="queued"] {
  --scl-state: var(--scl-queued);
}

.scl [data-status="retrying"] {
  --scl-state: var(--scl-retrying);
}

.scl [data-status="waiting"] {
  --scl-state: var(--scl-waiting);
}

.scl [data-status="failed"] {
  --scl-state: var(--scl-failed);
}

.scl [data-status="cancelled"] {
  --scl-state: var(--scl-cancelled);
}

.scl [data-status="succeeded"] {
  --scl-state: var(--scl-succeeded);
}

/* -- buttons and icons ----------------------------------------------------------------------- */

.scl button {
  margin: 0;
  font: inherit;
  color: inherit;
  cursor: pointer;
}

.scl .scl-button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  height: 24px;
  padding: 0 8px;
  border: 1px solid var(--scl-line);
  border-radius: 4px;
  background: var(--scl-raised);
  line-height: 1;
  white-space: nowrap;
}

.scl .scl-button:hover:enabled {
  border-color: var(--scl-quiet);
  background: var(--scl-hover);
}

.scl button:disabled,
.scl button[aria-disabled="true"] {
  color: var(--scl-quiet);
  cursor: default;
}

.scl .scl-act {
  position: relative;
  flex: none;
  width: 24px;
  height: 24px;
  padding: 0;
  border: 0;
  border-radius: 4px;
  background: none;
  color: var(--scl-quiet);
}

.scl .scl-act:hover:enabled,
.scl .scl-act[aria-expanded="true"] {
  background: color-mix(in srgb, var(--scl-ink) 10%, transparent);
  color: var(--scl-ink);
}

.scl-act::before {
  content: "";
  position: absolute;
  inset: 4px;
  background: currentcolor;
  mask: var(--scl-mask) center / contain no-repeat;
}

.scl-act:disabled::before {
  opacity: 0.35;
}

.scl-act[data-do="stop"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M4.2 2.8 8 6.6l3.8-3.8 1.4 1.4L9.4 8l3.8 3.8-1.4 1.4L8 9.4l-3.8 3.8-1.4-1.4L6.6 8 2.8 4.2z'/%3E%3C/svg%3E");
}

.scl-act[data-do="kill"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill-rule='evenodd' d='M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5zm.4 3.4L4.2 5.4 6.8 8l-2.6 2.6 1.2 1.2L8 9.2l2.6 2.6 1.2-1.2L9.2 8l2.6-2.6-1.2-1.2L8 6.8z'/%3E%3C/svg%3E");
}

.scl-act[data-do="retry"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1v2.2a5.3 5.3 0 1 0 5.3 5.3h-1.7A3.6 3.6 0 1 1 8 4.9v2.3l4-3.1z'/%3E%3C/svg%3E");
}

.scl-act[data-do="details"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='m6 2.8 5.2 5.2L6 13.2l-1.2-1.2 4-4-4-4z'/%3E%3C/svg%3E");
}

.scl-dots {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='3' cy='8' r='1.5'/%3E%3Ccircle cx='8' cy='8' r='1.5'/%3E%3Ccircle cx='13' cy='8' r='1.5'/%3E%3C/svg%3E");
}

.scl .scl-act[data-do="kill"],
.scl .scl-act[data-do="kill"]:hover:enabled {
  color: var(--scl-failed);
}

.scl :focus-visible {
  outline: 2px solid var(--jp-focus-outline-color, var(--scl-accent));
  outline-offset: 1px;
}

.scl .scl-act:focus-visible {
  outline-offset: -2px;
}

.scl:focus {
  outline: none; /* it takes keys, not a place of its own */
}

/* -- the head ------------------------------------------------------------------------------- */

.scl-head {
  display: flex;
  flex-direction: column;
  gap: 4px;
  padding: 6px 8px 6px 12px;
}

.scl-line {
  display: flex;
  align-items: center;
  gap: 4px 12px;
  min-height: 26px;
}

.scl-title {
  flex: 0 1 auto;
  min-width: 3em;
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-headline {
  flex: none;
  color: var(--scl-quiet);
  white-space: nowrap;
}

.scl-bar {
  display: flex;
  gap: 1px;
  height: 6px;
  border-radius: 3px;
  background: var(--scl-line);
  overflow: hidden;
}

.scl-line .scl-bar {
  flex: 1 1 80px;
  min-width: 40px;
}

.scl-segment {
  flex: 0 1 0;
  background: var(--scl-state);
}

.scl-segment[data-status="queued"],
.scl-segment[data-status="waiting"],
.scl-segment[data-status="retrying"] {
  background: transparent;
}

.scl-segment[data-status="cancelled"] {
  background: repeating-linear-gradient(
    -45deg,
    var(--scl-state) 0 3px,
    color-mix(in srgb, var(--scl-state) 55%, var(--scl-raised)) 3px 6px
  );
}

.scl-search {
  flex: 0 1 170px;
  min-width: 60px;
  height: 24px;
  padding: 0 8px;
  border: 1px solid var(--scl-line);
  border-radius: 4px;
  background: var(--scl-ground);
  color: inherit;
  font: inherit;
}

.scl-search::placeholder {
  color: var(--scl-quiet);
  opacity: 1;
}

.scl-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 12px;
  min-height: 24px;
}

.scl-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 0 2px;
  margin-inline-start: -7px; /* so that the icons stand under the title */
}

.scl .scl-chip {
  display: inline-flex;
  align-items: baseline;
  gap: 4px;
  min-height: 24px;
  padding: 1px 6px;
  border: 1px solid transparent;
  border-radius: 4px;
  background: transparent;
}

.scl-chip .scl-icon {
  color: var(--scl-state);
}

.scl-chip .scl-n {
  min-width: 1.2em; /* one digit more moves nothing */
  text-align: end;
}

.scl-menu-frame {
  display: flex;
  flex: none;
}

.scl .scl-chip:hover {
  background: var(--scl-hover);
}

.scl .scl-chip[aria-pressed="true"] {
  border-color: var(--scl-state);
  background: color-mix(in srgb, var(--scl-state) 15%, var(--scl-raised));
}

.scl .scl-chip.scl-none {
  color: var(--scl-quiet);
}

.scl-chip.scl-none .scl-icon {
  color: inherit;
}

.scl-selection {
  position: absolute;
  inset: auto 18px 6px auto;
  z-index: 1;
  display: flex;
  align-items: center;
  gap: 6px;
  padding: 4px 4px 4px 10px;
  border: 1px solid var(--scl-line);
  border-radius: var(--scl-radius);
  background: var(--scl-raised);
  box-shadow: 0 2px 8px rgb(0 0 0 / 20%);
}

/* -- the menu ------------------------------------------------------------------------------- */

.scl .scl-menu {
  position: fixed;
  inset: auto;
  margin: 0;
  padding: 4px 0;
  min-width: 190px;
  max-height: 90vh;
  border: 1px solid var(--scl-line);
  border-radius: var(--scl-radius);
  background: var(--scl-raised);
  color: var(--scl-ink);
  box-shadow: 0 3px 12px rgb(0 0 0 / 25%);
  overflow: auto;
}

.scl-menu-section + .scl-menu-section {
  margin-top: 4px;
  padding-top: 4px;
  border-top: 1px solid var(--scl-line);
}

.scl .scl-menu-item {
  display: block;
  width: 100%;
  min-height: 26px;
  padding: 2px 14px 2px 28px;
  border: 0;
  background: none;
  text-align: start;
  white-space: nowrap;
}

.scl .scl-menu-item:hover:enabled,
.scl .scl-menu-item:focus-visible {
  background: var(--scl-chosen);
  outline: none;
}

.scl-menu-item[aria-checked="true"]::before {
  content: "✓";
  position: absolute;
  margin-inline-start: -17px;
}

.scl .scl-danger:enabled {
  color: var(--scl-failed);
}

/* -- the rows ------------------------------------------------------------------------------- */

.scl-frame {
  position: relative;
  border-top: 1px solid var(--scl-line);
}

.scl-grid {
  position: relative;
  height: var(--scl-rows-high, 120px);
  min-height: 58px;
  overflow: hidden auto;
  overscroll-behavior: auto;
  resize: vertical;
  contain: strict;
}

.scl-grid:focus-visible {
  outline-offset: -2px;
}

.scl-headgroup {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--scl-raised);
}

.scl-body {
  position: relative;
}

.scl-row {
  display: grid;
  grid-template-columns:
    14px 16px var(--scl-number,) minmax(48px, var(--scl-names, 20em)) var(--scl-worker,)
    minmax(max(80px, 30%), 1fr) 58px 50px;
  align-items: center;
  column-gap: 8px;
  height: 28px;
  padding: 0 10px 0 4px; /* the corner that resizes is not over a button */
}

.scl-has-number .scl-row {
  --scl-number: 40px;
}

.scl-has-worker .scl-row {
  --scl-worker: minmax(60px, 8em);
}

.scl-grid:not(.scl-has-number) .scl-c-number,
.scl-grid:not(.scl-has-worker) .scl-c-worker,
.scl-grid:not(.scl-has-arguments) .scl-row:not(.scl-group) .scl-extra {
  display: none;
}

.scl-body .scl-row {
  position: absolute;
  inset: 0 0 auto;
  background: var(--scl-raised);
  cursor: default;
}

.scl-body .scl-row::after {
  content: "";
  position: absolute;
  inset: auto 0 0;
  border-bottom: 1px solid color-mix(in srgb, var(--scl-ink) 6%, var(--scl-raised));
}

.scl-body .scl-row:hover {
  background: var(--scl-hover);
}

.scl-body .scl-row[aria-selected="true"] {
  background: var(--scl-chosen);
}

.scl-grid:focus .scl-row.scl-active,
.scl-body .scl-row.scl-active[aria-selected="true"] {
  box-shadow: inset 3px 0 0 var(--scl-accent);
}

.scl-cell {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-header {
  height: 26px;
  border-bottom: 1px solid var(--scl-line);
  color: var(--scl-quiet);
}

.scl-header .scl-cell {
  position: relative;
  overflow: visible;
}

.scl .scl-sort {
  display: inline-flex;
  gap: 4px;
  min-width: 16px;
  min-height: 24px;
  align-items: center;
  padding: 0;
  border: 0;
  background: none;
}

.scl-cell[aria-sort="ascending"] .scl-sort::after {
  content: "↑";
}

.scl-cell[aria-sort="descending"] .scl-sort::after {
  content: "↓";
}

.scl-c-state[aria-sort="none"] .scl-sort::after {
  content: "↕";
}

.scl-cell[aria-sort="ascending"] .scl-sort,
.scl-cell[aria-sort="descending"] .scl-sort {
  color: var(--scl-ink);
}

.scl-resizer {
  position: absolute;
  inset: 3px -6px 3px auto;
  width: 5px;
  border-inline-end: 1px solid var(--scl-line);
  cursor: col-resize;
  touch-action: none;
}

.scl-resizer:hover {
  border-color: var(--scl-accent);
}

.scl-body .scl-c-state {
  color: var(--scl-state);
  text-align: center;
}

.scl-c-number,
.scl-c-time {
  text-align: end;
}

.scl-c-number,
.scl-body .scl-c-time {
  color: var(--scl-quiet);
}

.scl-body .scl-c-name {
  display: flex;
  align-items: baseline;
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-size: 0.95em;
}

/* The name gives way last, and never its end, which tells tasks of one function apart. */

.scl-name {
  display: flex;
  flex: 0 1 auto;
  min-width: 0;
}

.scl-stem {
  flex: 0 1 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: pre;
}

.scl-tail {
  flex: none;
  white-space: pre;
}

.scl-extra {
  flex: 0 99999 auto;
  min-width: 0;
  color: var(--scl-quiet);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-extra:not(:empty) {
  margin-inline-start: 1.2em;
}

.scl-c-worker,
.scl-c-now {
  color: var(--scl-quiet);
}

.scl-c-now {
  display: flex;
  align-items: center;
  gap: 8px;
}

.scl-c-now .scl-bar {
  flex: 0 1 72px;
  min-width: 24px;
}

.scl-progress {
  flex: 0 1 72px;
  min-width: 24px;
  height: 6px;
  border-radius: 3px;
  background: var(--scl-line);
  overflow: hidden;
}

.scl-filled {
  display: block;
  height: 100%;
  background: var(--scl-state);
}

.scl-word {
  flex: none;
  color: var(--scl-state);
  font-weight: 600;
}

.scl-text {
  flex: 0 1 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}

.scl-row[data-status="failed"]:not(.scl-group) .scl-text {
  color: var(--scl-failed);
}

.scl-c-doing {
  display: flex;
  justify-content: flex-end;
  gap: 1px;
  overflow: visible;
}

/* Icons come with the pointer, the keys or a selection; a kill that is due stays in sight. */

@media (hover: hover) {
  .scl-row:not(:hover, :focus-within, .scl-active, [aria-selected="true"])
    .scl-act:not([data-do="kill"]) {
    opacity: 0;
  }
}

.scl-tick {
  display: block;
  width: 13px;
  height: 13px;
  margin: 0 auto;
  border: 1px solid var(--scl-quiet);
  border-radius: 3px;
  opacity: 0;
}

.scl-row:hover .scl-tick,
.scl-row[aria-selected="true"] .scl-tick {
  opacity: 1;
}

.scl-row[aria-selected="true"] .scl-tick {
  border-color: var(--scl-accent);
  background: var(--scl-accent);
  box-shadow: inset 0 0 0 2.5px var(--scl-raised);
}

.scl-c-doing .scl-hidden {
  visibility: hidden;
}

.scl-empty {
  padding: 18px 12px;
  color: var(--scl-quiet);
  text-align: center;
}

.scl-is-empty .scl-grid {
  height: 0;
  min-height: 0;
  resize: none;
}

/* -- two lines for each row, if there is no room for one ---------------------------------------- */

.scl-grid[data-room="narrow"] .scl-headgroup {
  display: none;
}

.scl-grid[data-room="narrow"] .scl-row {
  grid-template:
    "state name time doing" 20px
    ". now now doing" 18px / 16px minmax(0, 1fr) auto auto;
  align-content: center;
  column-gap: 7px;
  height: 44px;
  padding: 0 10px 0 9px;
}

.scl-grid[data-room="narrow"] .scl-c-state {
  grid-area: state;
}

.scl-grid[data-room="narrow"] .scl-c-name {
  grid-area: name;
}

.scl-grid[data-room="narrow"] .scl-c-now {
  grid-area: now;
  font-size: 0.93em;
}

.scl-grid[data-room="narrow"] .scl-c-time {
  grid-area: time;
}

.scl-grid[data-room="narrow"] :is(.scl-c-check, .scl-c-number, .scl-c-worker) {
  display: none;
}

.scl-grid[data-room="narrow"] .scl-c-doing {
  grid-area: doing;
}

.scl-grid[data-room="narrow"]
  .scl-row:not(:hover, :focus-within, .scl-active, [aria-selected="true"])
  .scl-c-doing:not(:has([data-do="kill"])),
.scl-grid[data-room="narrow"]
  .scl-row:not(:hover, :focus-within, .scl-active, [aria-selected="true"])
  .scl-more {
  display: none;
}

.scl-grid[data-room="narrow"] .scl-c-doing .scl-hidden {
  display: none;
}

/* -- the ribbon ----------------------------------------------------------------------------- */

.scl-ribbon {
  position: relative;
  height: 14px;
  margin: 0 12px 6px;
  cursor: crosshair;
  touch-action: pan-y;
}

.scl-ribbon-empty {
  visibility: hidden; /* the first task that starts moves nothing */
}

.scl-is-empty .scl-ribbon-empty {
  display: none;
}

.scl-ribbon-canvas {
  display: block;
  width: 100%;
  height: 100%;
}

.scl-ribbon-window {
  position: absolute;
  inset: -1px 0;
  border: solid var(--scl-accent);
  border-width: 0 2px;
  background: color-mix(in srgb, var(--scl-accent) 18%, transparent);
  pointer-events: none;
}

.scl .scl-during {
  --scl-state: var(--scl-accent);

  border-color: var(--scl-state);
  background: color-mix(in srgb, var(--scl-state) 15%, var(--scl-raised));
}

/* -- the timeline --------------------------------------------------------------------------- */

.scl-timeline {
  position: relative;
  margin: 0 12px 6px;
}

.scl-card {
  position: absolute;
  inset: 0 auto auto 0;
  z-index: 2;
  max-width: min(100%, 420px);
  padding: 5px 9px;
  border: 1px solid var(--scl-line);
  border-radius: var(--scl-radius);
  background: var(--scl-raised);
  box-shadow: 0 2px 8px rgb(0 0 0 / 20%);
  pointer-events: none;
}

.scl-card div {
  overflow-wrap: anywhere;
}

.scl-card-what {
  color: var(--scl-state);
}

.scl-tl-line {
  display: flex;
  align-items: center;
  gap: 4px;
  padding: 4px 0;
  border-top: 1px solid var(--scl-line);
}

.scl-tl-said {
  flex: 1 1 0;
  min-width: 0;
  overflow: hidden;
  color: var(--scl-quiet);
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl .scl-tl-zoom {
  min-width: 24px;
  padding: 0 6px;
}

.scl-tl-area {
  display: grid;
  grid-template-columns: max-content 1fr;
  max-height: 164px;
  overflow: hidden auto;
}

.scl-tl-names {
  max-width: 150px;
  padding-inline-end: 8px;
  color: var(--scl-quiet);
}

.scl-tl-name {
  height: 18px;
  overflow: hidden;
  font-size: 0.92em;
  line-height: 17px;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-tl-canvas {
  display: block;
  touch-action: pan-y;
}

.scl-tl-hit {
  cursor: pointer;
}

.scl-tl-axis {
  position: relative;
  overflow: hidden;
  color: var(--scl-quiet);
  font-size: 0.85em;
}

.scl-tl-tick {
  position: absolute;
  left: 0;
  padding-inline-start: 3px;
  border-inline-start: 1px solid var(--scl-line);
  white-space: nowrap;
}

/* -- groups ---------------------------------------------------------------------------------- */

.scl-group .scl-c-name {
  cursor: pointer;
}

.scl-group .scl-name {
  font-weight: 600;
}

.scl-group .scl-c-name::before {
  content: "";
  flex: none;
  align-self: center;
  margin: 0 7px 0 2px;
  border: 4px solid transparent;
  border-inline-start: 6px solid var(--scl-quiet);
  border-inline-end-width: 0;
}

.scl-group[aria-expanded="true"] .scl-c-name::before {
  transform: rotate(90deg);
}

.scl-body .scl-row[aria-level="2"] .scl-c-name {
  padding-inline-start: 15px;
}

/* -- below the rows --------------------------------------------------------------------------- */

.scl-pane {
  position: relative;
  max-height: 340px;
  padding: 6px 12px 10px;
  border-top: 1px solid var(--scl-line);
  overflow: auto;
}

.scl-pane.scl-is-sized {
  max-height: none;
}

.scl-handle {
  position: sticky;
  top: -6px;
  z-index: 1;
  height: 7px;
  margin: -6px -12px 0;
  cursor: row-resize;
  touch-action: none;
}

.scl-handle:hover {
  background: linear-gradient(var(--scl-accent) 2px, transparent 2px);
}

.scl-pane-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 2px 12px;
}

.scl-pane-title {
  flex: 1 1 6em;
  color: var(--scl-state);
  font-weight: 600;
  overflow-wrap: anywhere;
}

.scl .scl-shut {
  border-color: transparent;
  background: none;
}

.scl-error {
  color: var(--scl-failed);
  overflow-wrap: anywhere;
}

.scl-block {
  margin-top: 8px;
}

.scl-block-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 2px 12px;
}

.scl-block-title {
  color: var(--scl-quiet);
}

.scl-pane-head .scl-button,
.scl-block-head .scl-button {
  border-color: transparent;
  background: none;
}

.scl-answers > .scl-quiet {
  margin: 0;
  align-self: center;
}

.scl-find {
  width: 8em;
  height: 24px;
  padding: 0 6px;
  border: 1px solid var(--scl-line);
  border-radius: 4px;
  background: var(--scl-ground);
  color: inherit;
  font: inherit;
}

.scl-find::placeholder {
  color: var(--scl-quiet);
  opacity: 1;
}

.scl-output {
  max-height: 200px;
  overflow: auto;
}

.scl-is-sized .scl-output {
  max-height: none;
}

.scl .scl-block pre,
.scl :is(.scl-traceback, .scl-where) pre {
  margin: 4px 0 0;
  padding: 6px 8px;
  border-radius: 4px;
  background: color-mix(in srgb, var(--scl-ink) 4%, var(--scl-raised));
  color: inherit;
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-size: 0.92em;
  line-height: 1.45;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}

.scl-hit {
  background: color-mix(in srgb, var(--scl-cancelling) 30%, transparent);
}

.scl-ansi-red {
  color: var(--scl-failed);
}

.scl-ansi-green {
  color: var(--scl-succeeded);
}

.scl-ansi-yellow {
  color: var(--scl-cancelling);
}

.scl-ansi-blue,
.scl-ansi-cyan {
  color: var(--scl-running);
}

.scl-ansi-magenta {
  color: var(--scl-cancelled);
}

.scl-ansi-black,
.scl-ansi-faint {
  color: var(--scl-quiet);
}

.scl-ansi-bold {
  font-weight: 700;
}

.scl-ansi-underlined {
  text-decoration: underline;
}

/* Arguments and result side by side, if there is room. */

.scl-arguments {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr));
  gap: 0 16px;
}

.scl-arguments .scl-block pre {
  max-height: 180px;
  overflow: auto;
}

.scl .scl-values {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 1px 14px;
  margin: 4px 0 0;
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-size: 0.92em;
}

.scl-values > div {
  display: contents;
}

.scl .scl-facts {
  display: flex;
  flex-wrap: wrap;
  gap: 0 14px;
  margin: 10px 0 0;
  color: var(--scl-quiet);
  font-size: 0.92em;
}

.scl-facts > div {
  min-width: 0;
  overflow-wrap: anywhere;
}

.scl .scl-pane :is(dt, dd) {
  float: none;
  width: auto;
  margin: 0;
  padding: 0;
  font-weight: 400;
}

.scl .scl-facts :is(dt, dd) {
  display: inline;
}

.scl-facts dt::after {
  content: " ";
}

.scl .scl-place {
  color: inherit;
  text-decoration: underline dotted;
  text-underline-offset: 2px;
}

.scl .scl-place:is(:hover, :focus-visible) {
  text-decoration: underline;
}

.scl .scl-values dt {
  color: var(--scl-quiet);
}

.scl .scl-values dd {
  overflow-wrap: anywhere;
}

:is(.scl-traceback, .scl-where) summary {
  margin-top: 6px;
  color: var(--scl-quiet);
  cursor: pointer;
}

.scl-quiet {
  margin: 6px 0 0;
  color: var(--scl-quiet);
}

.scl-foot {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 6px 12px;
  border-top: 1px solid var(--scl-line);
  color: var(--scl-quiet);
}

.scl[data-phase="ended"] .scl-body {
  opacity: 0.85;
}

/* -- narrow pages, other needs ----------------------------------------------------------------- */

@container (max-width: 859px) {
  .scl-chip-word {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
}

@container (max-width: 559px) {
  .scl-grid:not([data-room="narrow"]) .scl-c-worker {
    display: none;
  }

  .scl-has-worker .scl-row {
    --scl-worker: initial;
  }
}

@container (max-width: 479px) {
  .scl-line {
    flex-wrap: wrap;
  }

  .scl-title {
    flex: 1 1 4em;
  }

  .scl-line .scl-bar {
    order: 1;
    flex: 1 1 100%;
    height: 4px;
  }

  /* The search is an icon until it is used. */
  .scl-search {
    flex: 0 0 26px;
    min-width: 26px;
    padding: 0 4px 0 22px;
    border-color: transparent;
    background: transparent
      url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23808080' stroke-width='1.7'%3E%3Ccircle cx='6.8' cy='6.8' r='4.6'/%3E%3Cpath d='m10.3 10.3 4 4'/%3E%3C/svg%3E")
      5px center / 14px no-repeat;
    cursor: pointer;
  }

  .scl-search:focus,
  .scl-search:not(:placeholder-shown) {
    flex: 1 1 90px;
    border-color: var(--scl-line);
    background-color: var(--scl-ground);
    cursor: text;
  }

  .scl-search:not(:focus)::placeholder {
    color: transparent;
  }

  .scl .scl-chip {
    padding: 1px 4px;
    gap: 3px;
  }

  .scl-chip .scl-n {
    min-width: 0.7em;
  }
}

@container (max-width: 399px) {
  .scl-pane-head .scl-button,
  .scl-block-head .scl-button {
    padding-inline: 6px;
  }

  .scl-find {
    width: 5em;
  }

  .scl-answers {
    flex-wrap: wrap;
  }
}

@container (max-width: 359px) {
  .scl-chips {
    gap: 0 1px;
  }

  .scl .scl-chip {
    padding: 1px 2px;
  }
}

@container (max-width: 299px) {
  .scl-title {
    display: none;
  }

  .scl-headline {
    flex: 1 1 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .scl-chips {
    margin-inline-start: -3px;
    font-size: 0.92em;
  }
}

@media (prefers-reduced-motion: reduce) {
  .scl * {
    animation: none !important;
    transition: none !important;
  }
}

@media (forced-colors: active) {
  .scl-act::before {
    background: ButtonText;
    forced-color-adjust: none;
  }

  .scl-segment {
    forced-color-adjust: none;
  }

  .scl-row[aria-selected="true"] {
    outline: 1px solid Highlight;
    outline-offset: -1px;
  }

  .scl-chip[aria-pressed="true"] {
    border-color: Highlight;
  }
}

/* -- questions and help ----------------------------------------------------------------------- */

.scl-confirm {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 6px 12px;
  padding: 8px 12px;
  border-top: 2px solid var(--scl-failed);
  background: color-mix(in srgb, var(--scl-failed) 8%, var(--scl-raised));
}

.scl-question {
  flex: 1 1 12em;
  overflow-wrap: anywhere;
}

.scl-answers {
  display: flex;
  gap: 6px;
}

.scl .scl-yes {
  border-color: var(--scl-failed);
  color: var(--scl-failed);
}

.scl-help {
  position: absolute;
  inset: 0;
  z-index: 2;
  padding: 8px 12px;
  background: var(--scl-raised);
  overflow: auto;
}

.scl .scl-toggle[aria-pressed="true"] {
  background: var(--scl-chosen);
}

.scl .scl-keys {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 2px 16px;
  margin: 6px 0 0;
}

.scl .scl-keys dt,
.scl .scl-keys dd {
  float: none;
  width: auto;
  margin: 0;
}

.scl .scl-keys dt {
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-weight: 400;
}
`;var Ao=`/* The side panel around the table, and the status-bar item.  Jupyter's variables throughout. */

.scl-panel {
  display: flex;
  flex-direction: column;
  min-width: 180px;
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color0);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  overflow: hidden;
}

.scl-panel.lm-mod-hidden,
.scl-panel [hidden] {
  display: none !important;
}

.scl-programs {
  container-type: inline-size;
  display: flex;
  flex: 1 1 0;
  flex-direction: column;
  min-height: 0;
  overflow: hidden auto;
}

.scl-program {
  display: flex;
  flex: none;
  align-items: center;
  min-height: 30px;
  padding-inline-end: 8px;
  border-bottom: 1px solid var(--jp-border-color2);
}

.scl-program:hover {
  background: var(--jp-layout-color2);
}

.scl-host {
  display: flex;
  flex: 1 1 0;
  align-items: baseline;
  gap: 8px;
  min-width: 0;
  min-height: 28px;
  padding: 4px 4px 4px 8px;
  border: 0;
  background: transparent;
  color: inherit;
  font: inherit;
  line-height: 1.35;
  text-align: start;
  cursor: pointer;
}

.scl-host::before {
  content: "";
  flex: none;
  align-self: center;
  margin: 0 2px;
  border: 4px solid transparent;
  border-inline-start: 6px solid currentcolor;
  border-inline-end-width: 0;
}

.scl-host[aria-expanded="true"]::before {
  transform: rotate(90deg);
}

.scl-host:focus-visible,
.scl-host-act:focus-visible,
.scl-jump:focus-visible,
.scl-status:focus-visible {
  outline: 2px solid var(--jp-brand-color1);
  outline-offset: -2px;
}

.scl-host-title {
  flex: 0 1 auto;
  min-width: 4em;
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-host-said {
  flex: 1 99 auto;
  min-width: 3em;
  color: color-mix(in srgb, currentcolor 78%, var(--jp-layout-color1));
  font-variant-numeric: tabular-nums;
  overflow: hidden;
  text-align: end;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-host-short {
  display: none;
  flex: 1 0 auto;
  text-align: end;
  white-space: pre;
}

@container (max-width: 399px) {
  .scl-host-short {
    display: inline;
  }

  .scl-host-said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
}

.scl-has-ended .scl-host-title {
  font-weight: 400;
}

.scl-host-act {
  position: relative;
  flex: none;
  width: 24px;
  height: 24px;
  border: 0;
  border-radius: 4px;
  background: none;
  color: inherit;
  cursor: pointer;
}

.scl-host-act:hover {
  background: var(--jp-layout-color3);
}

.scl-host-act::before {
  content: "";
  position: absolute;
  inset: 5px;
  background: currentcolor;
  opacity: 0.8;
  mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M4.2 2.8 8 6.6l3.8-3.8 1.4 1.4L9.4 8l3.8 3.8-1.4 1.4L8 9.4l-3.8 3.8-1.4-1.4L6.6 8 2.8 4.2z'/%3E%3C/svg%3E")
    center / contain no-repeat;
}

.scl-panel-note {
  flex: 0 0 auto;
  margin: 0;
  padding: 10px 14px;
  line-height: 1.45;
}

.scl-panel-table {
  flex: 1 1 0;
  min-height: 220px; /* however many headings there are: then the panel scrolls */
  border-bottom: 1px solid var(--jp-border-color2);
}

.scl-panel .scl {
  margin: 0;
  border-width: 0;
  border-radius: 0;
}

.scl-panel .scl-title {
  display: none; /* the list above says whose they are */
}

.scl-panel .scl-frame {
  display: flex;
  flex: 1 1 0;
  flex-direction: column;
  min-height: 90px;
}

.scl-panel .scl:not(.scl-is-empty) .scl-grid {
  flex: 1 1 0;
  height: auto;
  min-height: 0;
  resize: none;
}

.scl-panel .scl-pane {
  flex: 0 1 auto;
  max-height: 42%; /* rows stay in sight */
}

.scl-jump {
  flex: 0 0 auto;
  padding: 7px 12px;
  border: 0;
  border-top: 1px solid var(--jp-border-color2);
  background: transparent;
  color: var(--jp-content-link-color);
  font: inherit;
  text-align: start;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  cursor: pointer;
}

.scl-jump:hover {
  background: var(--jp-layout-color2);
}

.scl-status {
  height: 100%;
  padding: 0 6px;
  border: 0;
  background: transparent;
  color: inherit;
  font: inherit;
  font-variant-numeric: tabular-nums;
  cursor: pointer;
}
`;var Oo="scaler-lab-style";function qt(){if(document.getElementById(Oo)===null){let s=document.createElement("style");s.id=Oo,s.textContent=`${Mo}
${Ao}`,document.head.append(s)}}var Co=require("@lumino/widgets");var Ro=require("@lumino/widgets"),Gt=class extends Ro.Widget{constructor(t,n){super();this.model=t;this.saved=n;this.store=new re({resync:()=>{}}),this.store.apply(n.welcome),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1});let o=n.engines.filter(r=>t.runs(r)),i=Mn(n.layout,this.node,this.store,this.actionsOf(o));this.ends=[()=>{i.dispose()},t.subscribe(()=>{this.store.phase==="live"&&!o.some(r=>t.runs(r))&&this.store.end("This engine has ended.","engine ended")}),...o.map(r=>t.follow(r,l=>{this.take(l)}))]}store;ends;dispose(){if(!this.isDisposed){for(let t of this.ends)t();super.dispose()}}take(t){let n=t.filter(({id:i})=>xo(this.saved,i)),o=this.store.version;this.store.apply({kind:"changes",since:o,version:o+1,rows:n,forgotten:[],counts:null})}actionsOf(t){let[n=null]=t,o=this.model.actions(t.length===1?n:null);return{...o,cancelAll:i=>{let r=this.store.rows.filter(({status:l})=>!N(l));return o.cancel(r.map(({id:l})=>l),!1,i)}}}};var Cn="application/vnd.jupyter.widget-view+json",fa="text/html",ga=400,Kt=class extends Co.Panel{constructor(t,n,o){super();this.renderers=t;this.tasks=n;o.then(()=>{setTimeout(()=>{this.hasFactory=!0,this.renderWidget(),this.draw()})}),So(this.node,i=>{let{model:r}=this;r?.setData({data:{...r.data,...i}})}),this.observer=new MutationObserver(()=>{this.draw()}),this.timer=window.setTimeout(()=>{this.isPatient=!1,this.draw()},ga),this.unsubscribe=n.subscribe(()=>{this.draw()})}model=null;saved=null;widgetId="";widget=null;still=null;server=null;isPatient=!0;hasFactory=!1;observer;timer;unsubscribe;renderModel(t){return this.model=t,this.saved=bo(t.data[jt]),ko(this.node,this.saved?.version??null),this.renderWidget(),this.still!==null&&this.still.renderModel(t),this.draw(),Promise.resolve()}dispose(){window.clearTimeout(this.timer),this.observer.disconnect(),this.unsubscribe(),super.dispose()}renderWidget(){let{model:t}=this,n=t?.data[Cn],o=typeof n?.model_id=="string"&&t?.trusted===!0?n.model_id:"";if(!(t===null||o===this.widgetId||!this.hasFactory||this.isDisposed)&&(this.widgetId=o,this.observer.disconnect(),this.widget?.dispose(),this.widget=null,o!==""&&this.renderers.getFactory(Cn)!==void 0)){let i=this.renderers.createRenderer(Cn);this.widget=i,i.hide(),this.addWidget(i),this.observer.observe(i.node,{childList:!0,subtree:!0}),i.renderModel(t)}}draw(){if(this.isDisposed)return;let t=this.widget?.node.querySelector(".scl")!=null;this.widget?.setHidden(!t);let n=this.isPatient&&(this.widget!==null||!this.hasFactory),o=!t&&!n;this.drawServed(o&&(this.server!==null||this.canBeServed)?this.saved:null),this.drawStill(o&&this.server===null)}get canBeServed(){return((this.model?.trusted===!0?this.saved?.engines:null)??[]).some(n=>this.tasks.runs(n))}drawServed(t){t===null?(this.server?.dispose(),this.server=null):this.server===null&&(this.server=new Gt(this.tasks,t),this.addWidget(this.server))}drawStill(t){t?this.still===null&&this.model!==null&&(this.still=this.renderers.createRenderer(fa),this.addWidget(this.still),this.still.renderModel(this.model)):(this.still?.dispose(),this.still=null)}};var ya=-20,Lo={id:`${$}:outputs`,description:"Shows a notebook's tables while their kernel is busy, and when it is gone.",autoStart:!0,requires:[B],optional:[Io.INotebookTracker],activate:(s,{model:e},t)=>{qt();let n=({content:{rendermime:o},sessionContext:i})=>{o.addFactory({safe:!0,mimeTypes:[jt],createRenderer:()=>new Kt(o,e,i.ready)},ya)};t?.forEach(n),t?.widgetAdded.connect((o,i)=>{n(i)})}};var Fo=require("@jupyterlab/application"),Y=require("@jupyterlab/apputils"),zo=require("@jupyterlab/settingregistry");var _o=require("@jupyterlab/ui-components"),va=`<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><rect x="3" y="5" width="13" height="3.4" rx="1.2"/>
<rect x="7" y="10.3" width="14" height="3.4" rx="1.2"/><rect x="3" y="15.6" width="7" height="3.4" rx="1.2"/>
<path d="m13.2 14.6 1.1-1.1 1.9 1.9 1.9-1.9 1.1 1.1-1.9 1.9 1.9 1.9-1.1 1.1-1.9-1.9-1.9 1.9-1.1-1.1 1.9-1.9z" transform="translate(0 .9)"/></g></svg>`,Ge=new _o.LabIcon({name:"scaler-lab:tasks",svgstr:va});var Po=require("@lumino/widgets");function X(s){return String(s).replace(/\B(?=(\d{3})+$)/g,",")}function dt({running:s,cancelling:e,queued:t,waiting:n,retrying:o,failed:i}){let r=[];return s>0&&r.push(`${X(s)} running`),e>0&&r.push(`${X(e)} cancelling`),t>0&&r.push(`${X(t)} queued`),n>0&&r.push(`${X(n)} waiting`),o>0&&r.push(`${X(o)} retrying`),i>0&&r.push(`${X(i)} failed`),r.join(", ")}function In(s){if(s===null)return"";let n=["failed","running","cancelling","queued","waiting"].filter(i=>s[i]>0).map(i=>`${H[i]} ${X(s[i])}`),o=s.succeeded+s.cancelled;return n.length===0&&o>0&&n.push(`${H.succeeded} ${X(o)}`),n.join("  ")}function Ln(s,e=""){if(e!=="")return"can't be read";if(s===null)return"…";let t=dt(s);if(t!=="")return t;let n=s.succeeded+s.cancelled;return n===0?"no tasks yet":`${X(n)} done`}var Ut=class{node=document.createElement("div");open=document.createElement("button");title=document.createElement("span");text=document.createElement("span");short=document.createElement("span");act=document.createElement("button");shown=null;constructor(e){this.node.className="scl-program",this.open.type="button",this.open.className="scl-host",this.title.className="scl-host-title",this.text.className="scl-host-said",this.short.className="scl-host-short",this.short.setAttribute("aria-hidden","true"),this.open.append(this.title,this.text,this.short),this.open.addEventListener("click",()=>{e.toggle(this.shown?.id??"")}),this.act.type="button",this.act.className="scl-host-act",this.act.addEventListener("click",()=>{let{shown:t}=this;t!==null&&(t.hasEnded?e.dismiss:e.cancel)(t.id)}),this.node.append(this.open,this.act)}draw(e){this.shown=e;let{id:t,title:n,text:o,short:i,hint:r,counts:l,isOpen:a,hasEnded:d}=e;this.open.dataset.host=t,this.open.setAttribute("aria-expanded",String(a)),this.open.title=r,this.node.classList.toggle("scl-has-ended",d),_n(this.title,n),_n(this.text,o),_n(this.short,i);let u=l===null?0:l.running+l.queued+l.waiting;this.act.hidden=d?t==="":u===0,this.act.dataset.do=d?"dismiss":"stop";let h=d?`Dismiss ${n}`:`Cancel the open tasks of ${n}`;this.act.setAttribute("aria-label",h),this.act.title=h}};function _n(s,e){s.textContent!==e&&(s.textContent=e)}var wa={notebook:"notebook",script:"script",terminal:"terminal",engine:"engine on its own"},ba="Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client shows up here.",Nn="",Vt=class extends Po.Widget{constructor(t,n){super();this.model=t;this.events=n;this.id="scaler-lab-panel",this.addClass("scl-panel"),this.title.icon=Ge,this.title.caption="Tasks",this.node.setAttribute("role","region"),this.node.setAttribute("aria-label","Tasks"),this.list.className="scl-programs",this.note.className="scl-panel-note",this.note.setAttribute("role","status"),this.tableRoot.className="scl-panel-table",this.jump.type="button",this.jump.className="scl-jump",this.jump.addEventListener("click",()=>{let o=this.activeRow?.cell??"";o!==""&&n.goToCell(o)}),this.node.append(this.note,this.list,this.jump);for(let o of["click","keyup"])this.tableRoot.addEventListener(o,()=>{this.drawJump()});this.unsubscribe=t.subscribe(()=>{this.draw()}),this.draw()}list=document.createElement("div");note=document.createElement("p");tableRoot=document.createElement("div");jump=document.createElement("button");headings=new Map;table=null;mounted;chosen=null;unsubscribe;get choice(){return this.chosen??null}choose(t){this.chosen=t,this.draw()}can(t){return this.table?.can(t)??!1}perform(t){this.table?.perform(t),this.drawJump()}showTask(t){let n=this.model.store(this.open??null),o=()=>this.table===null||n.get(t)===void 0?!1:(this.table.rowModel.selectOnly(t),this.table.perform("details"),!0);if(!o()){let i=n.subscribe(()=>{o()&&i()})}}search(){this.tableRoot.querySelector(".scl-search")?.focus()}dispose(){this.unsubscribe(),this.unmount(),super.dispose()}onAfterShow(){this.draw()}onAfterAttach(){this.draw()}onAfterHide(){this.unmount()}get open(){let{engines:t}=this.model,[n]=t;if(this.chosen===null&&t.length===1)return n?.id;if(!(this.chosen===null&&t.length===0))return this.chosen}mount(){let{open:t}=this;if(!this.isVisible||t===void 0){this.unmount();return}if(this.table!==null&&this.mounted===t)return;this.table?.dispose(),this.mounted=t,this.model.watch(t===null?"all":{only:t});let{model:n}=this;this.table=at(this.tableRoot,n.store(t),n.actions(t))}unmount(){this.table!==null&&(this.table.dispose(),this.table=null,this.model.watch("none"))}draw(){let{chosen:t}=this,n=typeof t=="string"?this.model.successor(t):void 0;if(n!==void 0){this.choose(n.id);return}let{engines:o,connection:i,trouble:r}=this.model,l=o.length===0;this.note.textContent=i==="lost"?r:i==="connecting"?"Connecting …":l?ba:"",this.note.hidden=this.note.textContent==="",this.drawHeadings(),this.mount(),this.drawJump()}get activeRow(){let t=this.table?.rowModel.active??null,{mounted:n}=this;return t===null||n===void 0?void 0:this.model.store(n).get(t)}drawJump(){let t=this.activeRow;this.jump.hidden=t===void 0||t.cell==="";let n=t===void 0?"":`Go to the cell that submitted ${f(t.name)}`;this.jump.textContent!==n&&(this.jump.textContent=n)}drawHeadings(){let t=this.wantedHeadings(),n=[];for(let r of t){let l=this.headings.get(r.id)??this.makeHeading(r.id);l.draw(r),n.push(l.node),r.isOpen&&n.push(this.tableRoot)}let o=new Set(t.map(({id:r})=>r));for(let r of this.headings.keys())o.has(r)||this.headings.delete(r);let i=[...this.list.children];(i.length!==n.length||i.some((r,l)=>r!==n[l]))&&this.list.replaceChildren(...n)}wantedHeadings(){let{engines:t,ended:n,totals:o}=this.model,{open:i}=this,r=[];t.length>1&&r.push({id:Nn,title:"All",text:Ln(o),short:In(o),hint:"The tasks of all programs",counts:o,isOpen:i===null,hasEnded:!1});for(let l of t)r.push({id:l.id,title:f(l.title),text:Ln(l.counts,l.trouble),short:l.trouble===""?In(l.counts):"can't be read",hint:No(l),counts:l.counts,isOpen:i===l.id,hasEnded:!1});for(let l of n){let a=l.counts?.failed??0,d=a===0?"ended":`ended, ${X(a)} failed`;r.push({id:l.id,title:f(l.title),text:d,short:d,hint:`${No(l)}
ended`,counts:l.counts,isOpen:i===l.id,hasEnded:!0})}return r}makeHeading(t){let n=new Ut({toggle:o=>{let i=o===Nn?null:o;this.chosen=this.open===i?void 0:i,this.draw()},cancel:o=>{this.events.cancelAll(o===Nn?null:o)},dismiss:o=>{this.chosen===o&&(this.chosen=null),this.model.dismiss(o)}});return this.headings.set(t,n),n}};function No(s){let e=s.workers===1?", 1 worker":`, ${s.workers} workers`,t=`engine ${s.name}${s.workers===0?"":e}`,n=s.trouble===""?"":`
${f(s.trouble)}`;return`${wa[s.kind]}: ${f(s.title)}
${f(t)}, pid ${s.pid}${n}`}var xa=210,Sa=[[D.showDetails,"details","Show Details of the Selected Task","Times, traceback, output and cost of the task that is selected in the panel"],[D.cancelSelected,"cancel","Cancel Selected Tasks","Ask the tasks that are selected in the panel to stop"],[D.killSelected,"kill","Kill Selected Tasks","Stop the workers of the tasks that are selected in the panel, without asking the tasks"],[D.retrySelected,"retry","Retry Selected Tasks","Submit the failed and cancelled ones of the selected tasks again"]],Do={id:`${$}:panel`,description:"The side panel of tasks, and its commands.",autoStart:!0,requires:[B],optional:[Fo.ILayoutRestorer,Y.ICommandPalette,zo.ISettingRegistry],activate:async(s,e,t,n,o)=>{qt();let{model:i}=e,r=new Vt(i,{goToCell:u=>{e.goToCell?.(u).then(h=>{h||Y.Notification.info("That cell is in no notebook that is open here.",{autoClose:4e3})})},cancelAll:u=>{$o(i,u)}});t?.add(r,r.id);let l=u=>{typeof u=="string"&&r.choose(u===""?null:u),s.shell.activateById(r.id)},{commands:a}=s;a.addCommand(D.showPanel,{label:"Show Tasks",caption:"Show the tasks of every notebook, script and terminal",icon:Ge,execute:({host:u,task:h})=>{l(u),typeof h=="string"&&h!==""&&r.showTask(h)}}),a.addCommand(D.search,{label:"Search Tasks",execute:()=>{l(void 0),r.search()}}),a.addCommand(D.cancelAll,{label:"Cancel All Tasks …",caption:"Cancel every open task of every notebook, script and terminal",isEnabled:()=>i.engines.length>0,execute:()=>$o(i,null)});for(let[u,h,m,p]of Sa)a.addCommand(u,{label:m,caption:p,isEnabled:()=>r.can(h),execute:()=>{r.perform(h)}}),s.contextMenu.addItem({command:u,selector:"#scaler-lab-panel .scl-body .scl-row"});for(let u of Object.values(D))n?.addItem({command:u,category:"Tasks"});let{area:d}=Bt(await Ea(o));s.shell.add(r,d,{rank:xa,type:"Tasks"})}};async function $o(s,e){let t=ka(s,e);if(!(Xe(t)&&!(await(0,Y.showDialog)({title:Ye(t),buttons:[Y.Dialog.cancelButton({label:"Keep them"}),Y.Dialog.warnButton({label:"Cancel them"})]})).button.accept))try{let{accepted:n,trouble:o}=await s.cancelAll(e);Y.Notification.info(o||`Requested the cancel of ${F(n)}`,{autoClose:4e3})}catch(n){Y.Notification.error(`The cancel was not sent: ${String(n)}`)}}function ka(s,e){let t=new Map,n=0;for(let{id:i,title:r,counts:l}of s.engines)if(l!==null&&(e===null||i===e)){let a=V(l);n+=l.running,a>0&&t.set(f(r),(t.get(f(r))??0)+a)}let o=[...t.values()].reduce((i,r)=>i+r,0);return{ids:[],force:!1,running:n,toCome:[],total:o,owners:t}}async function Ea(s){try{return{...(await s?.load(`${$}:plugin`))?.composite}}catch(e){return console.warn("scaler_lab: the settings could not be read, so defaults hold",e),{}}}var Ho=require("@jupyterlab/apputils"),jo=require("@jupyterlab/coreutils"),Wo=require("@jupyterlab/notebook");function Pn(s,e){let t=s.endsWith("/")?s:`${s}/`;return s!==""&&e.startsWith(t)&&!e.split("/").includes("..")?e.slice(t.length):""}var Bo={id:`${$}:places`,description:"Leads from a line of a traceback to the file or the notebook's cell.",autoStart:!0,optional:[Wo.INotebookTracker],activate:(s,e)=>{let t=jo.PageConfig.getOption("scalerLabRoot");un({canShow:n=>n.label===""?Pn(t,n.file)!=="":e!==null,show:n=>{(n.label===""?Ta(s,Pn(t,n.file),n.line):Ma(s,e,n)).catch(i=>{Ho.Notification.error(i instanceof Error?i.message:String(i),{autoClose:6e3})})}})}};async function Ta(s,e,t){let n=await s.commands.execute("docmanager:open",{path:e,factory:"Editor"}),{context:o,content:i}=n;await Promise.all([o.ready,i.ready]),i.editor.setCursorPosition({line:t-1,column:0}),i.editor.focus()}async function Ma(s,e,{label:t,cell:n}){let o=e===null?[]:sn(e),i=o.filter(({content:r})=>r.widgets.some(({model:l})=>l.id===n));for(let r of i.length>0?i:o)for(let l of r.content.widgets){let a=l.model.type==="code"?l.model.toJSON().execution_count:null;if(`In[${String(a)}]`===t){await nn(s,r,l);return}}throw new Error(`The cell ${t} is in no notebook that is open here, or has run again.`)}var $n=require("@jupyterlab/apputils"),Go=require("@jupyterlab/running"),Ko=require("@lumino/signaling");var Aa=50,Oa=1e3,Uo={id:`${$}:running`,description:"Lists open tasks among the running sessions.",autoStart:!0,requires:[B],optional:[Go.IRunningSessionManagers],activate:(s,e,t)=>{t?.add(new Fn(s,e))}},Fn=class{constructor(e,t){this.app=e;this.model=t.model,this.runningChanged=new Ko.Signal(this),t.changed.connect(()=>{this.timer??=setTimeout(()=>{this.timer=null,this.refreshRunning()},Oa)})}name="Tasks";shutdownLabel="Cancel";shutdownAllLabel="Cancel All";runningChanged;model;timer=null;shown="";shutdownAllConfirmationText=()=>`Cancel every open task? ${dt({...this.model.totals,failed:0})}`;running(){return this.open().slice(0,Aa).map(([e,t])=>({label:()=>f(t.name),labelTitle:()=>f(`${t.name}: ${t.status} in ${e.title}`),detail:()=>`${t.status}, ${f(e.title)}`,icon:()=>Ge,context:"scaler-lab-task",open:()=>{this.app.commands.execute(D.showPanel,{host:e.id})},shutdown:()=>{qo(this.model.cancel(e.id,t.id))}}))}shutdownAll(){qo(this.model.cancelAll(null))}refreshRunning(){let e=this.open().map(([,{id:t,status:n}])=>`${t}${n}`).join(" ");e!==this.shown&&(this.shown=e,this.runningChanged.emit(void 0))}open(){return this.model.engines.flatMap(e=>e.open.map(t=>[e,t]))}};function qo(s){s.then(({trouble:e})=>{e!==""&&$n.Notification.warning(e)},e=>{let t=e instanceof Error?e.message:String(e);$n.Notification.error(`The cancel was not sent: ${t}`)})}var Vo=require("@jupyterlab/statusbar"),Jo=require("@lumino/widgets");var Xo={id:`${$}:status`,description:"Says in the status bar how many tasks run, wait and failed.",autoStart:!0,requires:[B],optional:[Vo.IStatusBar],activate:(s,e,t)=>{if(t===null)return;let{model:n}=e,o=document.createElement("button");o.type="button",o.className="scl-status",o.title="Tasks of every notebook, script and terminal: click to see them",o.addEventListener("click",()=>{s.commands.execute(D.showPanel)});let i=new Jo.Widget;i.node.append(o);let r=()=>{let l=`Tasks: ${dt(n.totals)||"none open"}`;o.textContent!==l&&(o.textContent=l)};r(),e.changed.connect(r),t.registerStatusItem(`${$}:status`,{item:i,align:"left",rank:40,isActive:()=>n.engines.length>0,activeStateChanged:e.changed})}};var ii=require("@lumino/signaling");var Dn=require("@jupyterlab/coreutils"),zn=require("@jupyterlab/services");var Yo="scaler-lab",Jt=class{constructor(e){this.settings=e}cancel(e,t){return this.post(["engines",e,"cancel"],t)}retry(e,t){return this.post(["engines",e,"retry"],{task_ids:t})}async details(e,t){let n=await this.request("GET",["engines",e,"tasks",t]),{traceback:o,output:i,output_before:r,profile:l,stack:a}=n;return Ee([...["details-of",0,t,null,o],i,r,l,a])}async post(e,t){let n=await this.request("POST",e,t);return{accepted:typeof n.accepted=="number"?n.accepted:0,trouble:typeof n.trouble=="string"?n.trouble:""}}async request(e,t,n){let o=Dn.URLExt.join(this.settings.baseUrl,Yo,...t),i=n===void 0?{method:e}:{method:e,body:JSON.stringify(n)},r=await zn.ServerConnection.makeRequest(o,i,this.settings);if(!r.ok)throw await zn.ServerConnection.ResponseError.create(r);return await r.json()}};function Qo(s){let e=Dn.URLExt.join(s.wsUrl,Yo,"feed");return s.appendToken&&s.token!==""&&(e+=`?token=${encodeURIComponent(s.token)}`),new s.WebSocket(e)}function Zo(s){let e=O(JSON.parse(s));switch(e[0]){case"engines":return{kind:"engines",now:k(e[1]),engines:O(e[2]).map(Ra)};case"feed":return{kind:"feed",engineId:y(e[1]),now:k(e[2]),messages:O(e[3]).map(Ee)};case"ended":return{kind:"ended",engineId:y(e[1]),title:y(e[2]),tasks:O(e[3]).map(La),failed:k(e[4])};default:throw new j(`not a message of this server: ${String(e[0])}`)}}function Ra(s){if(typeof s!="object"||s===null)throw new j("a host is an object");let e=s;return{id:y(e.id),name:y(e.name),program:y(e.program),place:y(e.place??""),title:y(e.title),kind:Ca(e.kind),pid:k(e.pid),workers:k(e.workers),startedAt:k(e.startedAt),counts:on(e.counts),trouble:y(e.trouble??""),open:O(e.open??[]).map(Ia)}}function Ca(s){return s==="notebook"||s==="script"||s==="terminal"?s:"engine"}function Ia(s){let[e,t,n,o,i]=O(s);return{id:y(e),number:k(t),name:y(n),status:ke(o),startedAt:typeof i=="number"?i:null}}function La(s){let[e,t,n,o,i,r]=O(s);return{id:y(e),name:y(t),status:ke(n),seconds:k(o),error:y(i),groupName:y(r)}}var ei=500,ti=15e3,_a=1008,Na=1,Xt=class{constructor(e,t){this.make=e;this.events=t}socket=null;timer=null;wait=ei;isDisposed=!1;open(){this.timer=null;let e=!1,t=this.make();this.socket=t,t.onopen=()=>{e=!0,this.wait=ei,this.events.connected()},t.onmessage=n=>{try{this.events.message(Zo(String(n.data)))}catch(o){console.error("scaler_lab: the server said what this page does not understand",o)}},t.onclose=n=>{this.isDisposed||this.socket!==t||(this.socket=null,this.events.lost(e?"The connection to the Jupyter server was lost: trying again.":"The Jupyter server does not answer here: it may be down, or have no scaler_lab."),this.wait=n.code===_a?ti:this.wait,this.timer=setTimeout(()=>{this.open()},this.wait),this.wait=Math.min(2*this.wait,ti))}}send(e){this.socket?.readyState===Na&&this.socket.send(JSON.stringify(e))}dispose(){this.isDisposed=!0,this.timer!==null&&clearTimeout(this.timer),this.socket?.close()}};var ni=20,Pa=50,Yt=class{engines=[];failures=new Map;note(e,t){let n=t.filter(({status:o})=>o==="failed");if(n.length>0){let o=this.failures.get(e.id)??[];this.failures.set(e.id,[...o,...n].slice(0,Pa))}}has(e){return this.engines.some(({id:t})=>t===e)}dismiss(e){this.engines=this.engines.filter(({id:t})=>t!==e),this.failures.delete(e)}end(e,t){if(e===void 0||!$a(e))return[];let n=this.failures.get(e.id)??[];if(this.failures.delete(e.id),t.size===0&&n.length>0){let i=n.map((r,l)=>Fa(r,l,t.now()));t.apply({kind:"snapshot",version:0,part:0,parts:1,rows:i,counts:null,isBehind:!1}),t.apply({kind:"closed",reason:"This engine has ended.  Only its failures are known."})}let o=[e,...this.engines.filter(({id:i})=>i!==e.id)];return this.engines=o.slice(0,ni),o.slice(ni).map(({id:i})=>i)}};function $a({counts:s}){return s!==null&&w.some(e=>s[e]>0)}function Fa({id:s,name:e,status:t,seconds:n,error:o},i,r){return{id:s,number:i+1,name:e,status:t,version:i,submittedAt:r-n,groupName:"",worker:"",startedAt:r-n,endedAt:r,cancelRequestedAt:null,cancelRequestedBy:"",cancelResolution:null,cancelSeconds:null,error:o,detail:"",progress:null,outputBytes:0,attempt:1,tags:[],cell:""}}var Qt=class{store;ids=new Map;counts=new Map;constructor(){this.store=new re({resync:()=>{}}),this.store.apply({kind:"welcome",protocol:0,engineId:"",label:"All tasks",pid:0,workerCount:0,canStopRunning:!0,reportsStarts:!0,program:""}),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1})}merge(e,t,n,o){let i=this.idsOf(e.id);if(this.counts.has(e.id)||this.store.restartRate(),this.counts.set(e.id,n.counts),t.kind==="snapshot"){let l=t.part===t.parts-1?[...i].filter(a=>n.get(a)===void 0):[];this.change(e,t.rows,l,o)}else t.kind==="changes"&&this.change(e,t.rows,t.forgotten,o)}drop(e){let t=this.ids.get(e);t!==void 0&&(this.ids.delete(e),this.counts.delete(e),this.store.restartRate(),this.apply([],[...t]))}change(e,t,n,o){let i=this.idsOf(e.id);for(let r of t)i.add(r.id);for(let r of n)i.delete(r);this.apply(t.map(r=>({...r,worker:za(e,r)})),n,o)}apply(e,t,n){let o=this.store.version;this.store.apply({kind:"changes",since:o,version:o+1,rows:e,forgotten:t,counts:this.sum()},n)}sum(){let e=G();for(let t of this.counts.values())for(let n of w)e[n]+=t[n];return e}idsOf(e){let t=this.ids.get(e);return t===void 0&&(t=new Set,this.ids.set(e,t)),t}};function za(s,e){return e.worker===""?s.title:`${s.title}, ${e.worker}`}var si=1e4,Zt=class{constructor(e,t){this.channel=e;this.api=t}engines=[];connection="connecting";trouble="";merged=new Qt;history=new Yt;stores=new Map;known=new Map;listeners=new Set;endListeners=new Set;subscription="none";sent="";followers=new Map;subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}onEnding(e){return this.endListeners.add(e),()=>{this.endListeners.delete(e)}}get totals(){let e=G();for(let{counts:t}of this.engines)for(let n of w)e[n]+=t?.[n]??0;return e}get ended(){return this.history.engines}dismiss(e){this.history.dismiss(e),this.stores.delete(e),this.known.delete(e),this.notify()}engine(e){return this.engines.find(({id:t})=>t===e)??this.known.get(e)}runs(e){return this.engines.some(({id:t})=>t===e)}successor(e){let t=this.engine(e);if(!(t===void 0||this.runs(e)||t.program===""))return this.engines.findLast(({program:n,place:o,startedAt:i})=>n===t.program&&o===t.place&&i>t.startedAt)}watch(e){this.subscription=e,this.sendSubscription()}follow(e,t){let n=this.followers.get(e)??new Set;return this.followers.set(e,n),n.add(t),t(this.store(e).rows),this.sendSubscription(),()=>{n.delete(t),n.size===0&&this.followers.delete(e),this.sendSubscription()}}store(e){if(e===null)return this.merged.store;let t=this.stores.get(e);return t===void 0&&(t=new re({resync:()=>{this.channel.send(["resync",e])}}),this.stores.set(e,t)),t}async cancelAll(e,t=!1){let n=e===null?this.engines.map(({id:i})=>i):[e],o={all:!0,only_queued:t};return oi(await Promise.all(n.map(i=>this.api.cancel(i,o))))}cancel(e,t){return this.api.cancel(e,{task_ids:[t],force:!1,only_queued:!1})}actions(e){let t=(o,i)=>Promise.all(this.byEngine(e,o).map(([r,l])=>i(r,l))).then(oi),n=o=>{let[i]=this.byEngine(e,[o]);return i===void 0?Promise.reject(new Error("its engine is gone")):this.api.details(i[0],o)};return{cancel:(o,i,r)=>t(o,(l,a)=>this.api.cancel(l,{task_ids:a,force:i,only_queued:r})),cancelAll:o=>this.cancelAll(e,o),retry:o=>t(o,(i,r)=>this.api.retry(i,r)),traceback:async o=>(await n(o)).traceback,details:n,ownerOf:o=>{let[i]=this.byEngine(e,[o]);return(i===void 0?void 0:this.engine(i[0]))?.title??""}}}connected(){this.connection="live",this.trouble="",this.sent="",this.sendSubscription(),this.notify()}lost(e){this.connection="lost",this.trouble=e,this.notify()}apply(e){switch(e.kind){case"engines":this.applyEngines(e.engines);break;case"feed":{let t=this.engine(e.engineId),n=this.store(e.engineId);for(let o of e.messages){if(n.apply(o,e.now),o.kind==="snapshot"||o.kind==="changes")for(let i of this.followers.get(e.engineId)??[])i(o.rows);t!==void 0&&this.merged.merge(t,o,n,e.now)}break}case"ended":{let t=this.engine(e.engineId);t!==void 0&&this.history.note(t,e.tasks);for(let n of[...this.endListeners])n(e);break}}}applyEngines(e){let t=this.engines;this.engines=e;for(let n of e)this.known.set(n.id,n);for(let{id:n}of t)if(!this.runs(n)){this.merged.drop(n);let o=this.stores.get(n);o!==void 0&&o.phase!=="ended"&&o.apply({kind:"closed",reason:"This engine has ended."});let i=this.history.end(this.known.get(n),this.store(n));for(let r of[...i,...this.history.has(n)?[]:[n]])this.isWatchedAlone(r)||(this.stores.delete(r),this.known.delete(r))}this.sendSubscription(),this.notify()}isWatchedAlone(e){return typeof this.subscription=="object"&&this.subscription.only===e}sendSubscription(){let{subscription:e}=this,t=e==="none"?[]:e==="all"?this.engines.map(({id:r})=>r):this.runs(e.only)?[e.only]:[],n=[...this.followers.keys()].filter(r=>this.runs(r)),o=[...new Set([...t,...n])],i=o.join(" ");i!==this.sent&&this.connection==="live"&&(this.sent=i,this.channel.send(["watch",o]))}byEngine(e,t){let n=new Map;for(let o of t){let i=e??this.engines.find(r=>this.stores.get(r.id)?.get(o))?.id;if(i!==void 0){let r=n.get(i);r===void 0?n.set(i,[o]):r.push(o)}}return[...n].flatMap(([o,i])=>{let r=[];for(let l=0;l<i.length;l+=si)r.push([o,i.slice(l,l+si)]);return r})}notify(){for(let e of[...this.listeners])e()}};function oi(s){return{accepted:s.reduce((e,{accepted:t})=>e+t,0),trouble:s.find(({trouble:e})=>e!=="")?.trouble??""}}var ri={id:`${$}:tasks`,description:"Provides the tasks of every engine, as the Jupyter server sees them.",autoStart:!0,provides:B,activate:s=>{let{serverSettings:e}=s.serviceManager,t=new Jt(e),n=new Zt({send:r=>{o.send(r)}},t),o=new Xt(()=>Qo(e),{connected:()=>{n.connected()},lost:r=>{n.lost(r)},message:r=>{n.apply(r)}});An({follow:(r,l)=>n.follow(r,l),cancel:(r,l,a,d)=>t.cancel(r,{task_ids:l,force:a,only_queued:d}),retry:(r,l)=>t.retry(r,l),details:(r,l)=>t.details(r,l)});let i=new Hn(n);return o.open(),i}},Hn=class{constructor(e){this.model=e;this.changed=new ii.Signal(this),e.subscribe(()=>{this.changed.emit()})}goToCell=null;changed};var Da=[ri,Do,Xo,Uo,To,Gn,Bo,Lo],Ha=Da;

    })(require, module, module.exports);
    const exported = { default: module.exports.default };
    Object.defineProperty(exported, "__esModule", { value: true });
    return exported;
  };

  return {
    init: (given) => {
      scope = given;
    },
    get: async (name) => {
      if (name !== "./extension" && name !== "./index") {
        throw new Error(`${name} is not in this extension`);
      }
      const exported = await (made ??= make());
      return () => exported;
    },
  };
})();
