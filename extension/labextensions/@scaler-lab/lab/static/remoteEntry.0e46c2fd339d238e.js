// Built from extension/, sources 0e46c2fd339d238ebac5ab0b92198a1ff6a4b69b4a110e56134c1af85728bce9
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
      "use strict";var ps=Object.defineProperty;var Li=Object.getOwnPropertyDescriptor;var Ii=Object.getOwnPropertyNames;var _i=Object.prototype.hasOwnProperty;var Ni=(n,e)=>{for(var t in e)ps(n,t,{get:e[t],enumerable:!0})},$i=(n,e,t,s)=>{if(e&&typeof e=="object"||typeof e=="function")for(let o of Ii(e))!_i.call(n,o)&&o!==t&&ps(n,o,{get:()=>e[o],enumerable:!(s=Li(e,o))||s.enumerable});return n};var Pi=n=>$i(ps({},"__esModule",{value:!0}),n);var vd={};Ni(vd,{default:()=>yd});module.exports=Pi(vd);var nn=require("@jupyterlab/notebook");var sn=require("@lumino/coreutils"),N="@scaler-lab/lab",U=new sn.Token(`${N}:ITasks`,"Every task of every engine of this user's, as the Jupyter server sees them."),D={showPanel:"scaler-lab:show-panel",search:"scaler-lab:search",cancelAll:"scaler-lab:cancel-all",showDetails:"scaler-lab:show-details",cancelSelected:"scaler-lab:cancel-selected",killSelected:"scaler-lab:kill-selected",retrySelected:"scaler-lab:retry-selected"};var on={id:`${N}:cells`,description:"Leads from a task to the cell that submitted it.",autoStart:!0,requires:[U],optional:[nn.INotebookTracker],activate:(n,e,t)=>{t!==null&&(e.goToCell=async s=>{for(let o of fs(t)){let i=o.content.widgets.find(({model:r})=>r.id===s);if(i!==void 0)return await ms(n,o,i),!0}return!1})}};async function ms(n,{id:e,content:t},s){n.shell.activateById(e),t.activeCellIndex=t.widgets.indexOf(s),t.deselectAll(),await t.scrollToCell(s)}function fs(n){let e=[];return n.forEach(t=>{t===n.currentWidget?e.unshift(t):e.push(t)}),e}var qs=require("@jupyterlab/apputils"),jo=require("@jupyterlab/settingregistry");var b=["cancelling","running","failed","retrying","queued","waiting","cancelled","succeeded"];function K(){return{cancelling:0,running:0,queued:0,waiting:0,retrying:0,failed:0,cancelled:0,succeeded:0}}function _(n){return n==="succeeded"||n==="failed"||n==="cancelled"}function ke(n){return n==="running"||n==="cancelling"}function oe(n){return Y(n)||n==="running"}function X(n){return Ze(n)+n.running}function Ze({queued:n,waiting:e,retrying:t}){return n+e+t}function Y(n){return n==="queued"||n==="waiting"||n==="retrying"}function ce(n){return n==="failed"||n==="cancelled"}var H={cancelling:"◌",running:"▸",queued:"·",waiting:"○",retrying:"↻",failed:"✗",cancelled:"⊘",succeeded:"✓"};var j=class extends Error{name="FeedError"};function R(n){if(!Array.isArray(n))throw new j(`expected a list, not ${typeof n}`);return n}function k(n){if(typeof n!="number")throw new j(`expected a number, not ${typeof n}`);return n}function v(n){if(typeof n!="string")throw new j(`expected a text, not ${typeof n}`);return n}function et(n){if(typeof n!="boolean")throw new j(`expected true or false, not ${typeof n}`);return n}function q(n){return n==null?null:k(n)}function rn(n){return n==null?null:v(n)}var Fi=new Set(b);function Ee(n){if(!Fi.has(n))throw new j(`not a status: ${String(n)}`);return n}function gs(n){if(typeof n!="object"||n===null)return null;let e=K();for(let[t,s]of Object.entries(n))e[Ee(t)]=k(s);return e}function ys(n){let e=gs(n);return e===null||Object.keys(n).length===0?null:e}function ln(n){if(n==null)return null;let e=R(n);return{state:v(e[0]),taken:v(e[1]),problem:v(e[2]),threads:R(e[3]).map(t=>R(t).map(zi))}}function zi(n){let e=R(n);return{file:v(e[0]),line:k(e[1]),name:v(e[2]),source:v(e[3])}}function an(n){return n.threads.map(t=>t.map(({file:s,line:o,name:i,source:r})=>{let a=`  ${/^In\[\d+\]$/.test(s)?`Cell ${s}`:`File "${s}"`}, line ${o}, in ${i}`;return r===""?a:`${a}
    ${r}`}).join(`
`)).join(`
another thread of the task
`)}function Te(n){let e=R(n);switch(e[0]){case"welcome":return{kind:"welcome",protocol:k(e[1]),engineId:v(e[2]),label:v(e[3]),pid:k(e[4]),workerCount:k(e[5]??0),canStopRunning:et(e[6]??!0),reportsStarts:et(e[7]??!0),program:v(e[8]??""),reportsUsage:et(e[9]??!1)};case"snapshot":return{kind:"snapshot",version:k(e[1]),part:k(e[2]),parts:k(e[3]),rows:dn(e[4]),counts:ys(e[5]),isBehind:et(e[7]??!1)};case"changes":return{kind:"changes",since:k(e[1]),version:k(e[2]),rows:dn(e[3]),forgotten:R(e[4]).map(v),counts:ys(e[5])};case"response":return{kind:"response",request:k(e[1]),accepted:k(e[2]),trouble:v(e[3]??""),version:k(e[4]??0)};case"details-of":return{kind:"details",request:k(e[1]),taskId:v(e[2]),traceback:v(e[4]??""),output:v(e[5]??""),outputBefore:k(e[6]??0),profile:ji(e[7]),stack:ln(e[8])};case"usage":return{kind:"usage",usage:Hi(e[1])};case"ended":return{kind:"closed",reason:v(e[1])};default:throw new j(`not a message of this feed: ${String(e[0])}`)}}function dn(n){let e=R(n).map(R);if(e.length===0)return[];if(e.length<6)throw new j(`a row has 6 fields, not ${e.length}`);let t=i=>e[i]??[],s=0,o=0;return t(0).map((i,r)=>(s+=k(t(1)[r]),o+=k(t(4)[r]),{id:v(t(0)[r]),number:s,name:v(t(2)[r]),status:Ee(t(3)[r]),version:o,submittedAt:k(t(5)[r]),groupName:v(t(6)[r]??""),worker:v(t(7)[r]??""),startedAt:q(t(8)[r]),endedAt:q(t(9)[r]),cancelRequestedAt:q(t(10)[r]),cancelRequestedBy:v(t(11)[r]??""),cancelResolution:rn(t(12)[r]),cancelSeconds:q(t(13)[r]),error:v(t(14)[r]??""),detail:v(t(15)[r]??""),progress:Di(t(16)[r]),outputBytes:k(t(17)[r]??0),attempt:k(t(18)[r]??1),tags:R(t(19)[r]??[]).map(v),cell:v(t(20)[r]??"")}))}function Di(n){if(n==null)return null;let e=R(n);return{done:k(e[0]),total:q(e[1]),note:v(e[2]??"")}}function Hi(n){return new Map(Object.entries(n??{}).map(([e,t])=>{let s=R(t);return[e,{cpuPercent:q(s[0]),memory:q(s[1]),children:q(s[2])}]}))}function ji(n){if(typeof n!="object"||n===null)return null;let e=n;return{queueSeconds:q(e.queue_seconds),runSeconds:q(e.run_seconds),cpuSeconds:q(e.cpu_seconds),peakMemory:q(e.peak_memory),bytesIn:q(e.bytes_in),bytesOut:q(e.bytes_out),worker:v(e.worker??""),attempt:k(e.attempt??1)}}function cn(){try{return window.sessionStorage}catch{return null}}function Me(n,e){try{return n?.getItem(e)??""}catch{return""}}function tt(n,e,t){try{n?.setItem(e,t)}catch{}}var un="scaler_lab.folds",qi=300,fe=class{constructor(e=()=>"",t=null){this.engine=e;this.storage=t;this.shown=new Map(Wi(t))}open=new Set;shown;isFolded(e){return this.shown.get(this.key(e))??!this.open.has(e.id)}fit(e,t){let s=t,o=new Set;for(let i of e)i.size<=s&&(o.add(i.id),s-=i.size);this.open=o}set(e,t){let s=this.key(e);this.shown.delete(s),this.shown.set(s,t);for(let o of this.shown.keys()){if(this.shown.size<=qi)break;this.shown.delete(o)}tt(this.storage,un,JSON.stringify([...this.shown]))}key(e){return`${this.engine()} ${e.id}`}};function Wi(n){try{let e=JSON.parse(Me(n,un));return Array.isArray(e)?e.filter(Bi):[]}catch{return[]}}function Bi(n){return Array.isArray(n)&&typeof n[0]=="string"&&typeof n[1]=="boolean"}var pn="group:",hn=32;function ie(n){return n.startsWith(pn)}function mn(n){if(n.groupName==="")return null;let{name:e}=n,t=e.endsWith("]")?e.lastIndexOf("["):-1,s=t<0?NaN:Number(e.slice(t+1,-1)),o=Number.isInteger(s)&&s>=0?String(n.number-s):"",i=n.id.length===hn?n.id.slice(0,hn/2):"";return`${pn}${i} ${o} ${n.groupName}`}var wt=class{constructor(e,t){this.id=e;this.name=t.groupName}counts=K();name;startedAt=null;lastEndedAt=null;members=new Set;get first(){for(let{row:e}of this.members)return e.number;return 0}get size(){return b.reduce((e,t)=>e+this.counts[t],0)}get isEmpty(){return this.members.size===0}get settled(){let{succeeded:e,failed:t,cancelled:s}=this.counts;return e+t+s}get endedAt(){return this.settled===this.size?this.lastEndedAt:null}get status(){return b.find(e=>this.counts[e]>0)??"succeeded"}get rows(){let e=[];for(let{row:t}of this.members)e.push(t);return bt(e)}stillCancelling(e){let t=[];if(this.counts.cancelling>0)for(let{row:s}of this.members)s.status==="cancelling"&&s.cancelRequestedAt!==null&&s.cancelRequestedAt<e&&t.push(s);return t}add(e){this.members.add(e),this.counts[e.row.status]+=1,this.note(e.row)}change(e,t){this.counts[e.status]-=1,this.counts[t.status]+=1,this.note(t)}remove(e){this.members.delete(e),_(e.row.status)||(this.counts[e.row.status]-=1)}note(e){e.startedAt!==null&&(this.startedAt===null||e.startedAt<this.startedAt)&&(this.startedAt=e.startedAt),_(e.status)&&e.endedAt!==null&&(this.lastEndedAt===null||e.endedAt>this.lastEndedAt)&&(this.lastEndedAt=e.endedAt)}};function bt(n){for(let e=1;e<n.length;e+=1)if((n[e-1]?.number??0)>(n[e]?.number??0))return n.sort((t,s)=>t.number-s.number);return n}function c(n,e="",t={},...s){let o=document.createElement(n);e!==""&&(o.className=e);for(let[i,r]of Object.entries(t))o.setAttribute(i,r);return o.append(...s),o}function I(n,e,t){let s=c("button",`scl-button ${n}`,{type:"button"},e);return s.addEventListener("click",t),s}function f(n,e){n.textContent!==e&&(n.textContent=e)}function M(n,e,t){n.getAttribute(e)!==t&&(t===null?n.removeAttribute(e):n.setAttribute(e,t))}function ue(n){let e=n.getRootNode(),{activeElement:t}=e instanceof ShadowRoot?e:document;return t!==null&&n.contains(t)}async function Ae(n){let{clipboard:e}=navigator;if(e!==void 0){await e.writeText(n);return}let t=c("textarea","scl-unseen",{},n),{activeElement:s}=document;document.body.append(t),t.select();let o=document.execCommand("copy");if(t.remove(),s instanceof HTMLElement&&s.focus(),!o)throw new Error("the browser does not allow to copy here")}function xt(n,e){let t=URL.createObjectURL(new Blob([e],{type:"text/plain;charset=utf-8"}));c("a","",{href:t,download:n}).click(),URL.revokeObjectURL(t)}var fn=0;function Oe(n){return fn+=1,`scl-${n}-${fn}-${Math.random().toString(36).slice(2,8)}`}var vs="\\u{a0}\\u{34f}\\u{115f}-\\u{1160}\\u{3164}\\u{ffa0}\\u{17b4}-\\u{17b5}\\u{180b}-\\u{180f}\\u{2800}",St="\\u{200c}-\\u{200d}\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}",gn="\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}";var Gi=/^[\x20-\x7e]*$/,Ki=new RegExp(`(?![ ${gn}])[\\p{C}\\p{Z}${vs}${St}]`,"gu"),vn=new RegExp(`[${St}]`,"u"),Vi=new RegExp(`(?![${vs}${St}])[\\p{L}\\p{M}\\p{S}]`,"u"),wn=/[\u200c\u200d]/,Ji="⃣";function m(n){let e=n.length>2e3?`${n.slice(0,2e3)} [...]`:n;return Gi.test(e)?e:xn(e,t=>Xi[t]??kn(t))}function he(n){return xn(n,e=>e===`
`||e==="	"?e:kn(e))}var Xi={"\n":"\\n","	":"\\t"};function xn(n,e){return n.replace(Ki,(t,s)=>Yi(n,s,t)?t:e(t))}function Yi(n,e,t){if(!vn.test(t))return!1;let s=Sn(n,e+t.length),o=bn(n,e);return wn.test(t)?(vn.test(o)&&!wn.test(o)&&(o=bn(n,e-o.length)),ws(o)&&ws(s)):ws(o)||s===Ji&&o!==""}function ws(n){return(n.codePointAt(0)??0)>=1424&&Vi.test(n)}function Sn(n,e){let t=n.codePointAt(e);return t===void 0?"":String.fromCodePoint(t)}function bn(n,e){let t=/[\udc00-\udfff]/.test(n[e-1]??"")&&e>1;return e===0?"":Sn(n,t?e-2:e-1)}function kn(n){let e=n.codePointAt(0)??0,t=e.toString(16);return e<256?`\\x${t.padStart(2,"0")}`:e<65536?`\\u${t.padStart(4,"0")}`:`\\U${t.padStart(8,"0")}`}function W(n){let e=Math.max(0,n);if(e<.9995)return`${Math.round(e*1e3)} ms`;if(e<59.95)return`${e.toFixed(1)} s`;let t=Math.round(e),s=o=>String(o).padStart(2,"0");return t<3600?`${Math.floor(t/60)}m${s(t%60)}s`:t<86400?`${Math.floor(t/3600)}h${s(Math.floor(t%3600/60))}m`:`${Math.floor(t/86400)}d${s(Math.floor(t%86400/3600))}h`}function kt(n){return n>=10&&n<59.5?`${Math.round(n)} s`:W(n)}function st(n){return n>=10?W(n):`${(n*1e3).toFixed(n<.00995?1:0)} ms`}function T(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function $(n){return n===1?"1 task":`${T(n)} tasks`}function re(n){return b.filter(e=>n[e]>0).map(e=>`${T(n[e])} ${e}`).join(", ")}function En(n,e){let t=n.cancelRequestedBy===""?"":` by ${n.cancelRequestedBy}`;switch(n.status){case"failed":return n.error;case"cancelling":{let s=`asked ${kt(e-(n.cancelRequestedAt??e))} ago${t}`;return n.detail===""?s:`${n.detail} (${s})`}case"cancelled":{let s=n.cancelResolution??"cancelled";return n.cancelSeconds!==null&&(s+=`, ${st(n.cancelSeconds)} after the request`),n.detail===""?s+t:`${s}${t}: ${n.detail}`}case"waiting":case"retrying":case"queued":return n.detail;case"running":return bs(n.progress??null);case"succeeded":return""}}function bs(n){if(n===null)return"";let{done:e,total:t,note:s}=n,o=Re(n),i=Number.isInteger(e)?T(e):e.toPrecision(3);return o!==null&&t!==null&&(i=Number.isInteger(e)&&Number.isInteger(t)?`${i} of ${T(t)}`:`${Math.floor(o*100)} %`),s===""?i:`${i}, ${s}`}function Re({done:n,total:e}){return e===null||e<=0?null:Math.min(1,Math.max(0,n/e))}function ge(n){let e=["bytes","kB","MB","GB","TB"],t=n,s=0;for(;t>=999.5&&s<e.length-1;)t/=1e3,s+=1;return`${s===0||t>=9.95?Math.round(t):t.toFixed(1)} ${e[s]??""}`}function Tn(n){let t=n.replace(/\u001b\[[0-9;?]*[A-Za-z]/g,"").replace(/\r+\n/g,`
`).split(`
`).map(s=>s.split("\r").filter(i=>i!=="").at(-1)??"");return he(t.join(`
`))}function ye(n,e){return n.startedAt===null?"":n.endedAt===null?kt(e-n.startedAt):W(n.endedAt-n.startedAt)}var Qi=5,Ce=class{node=c("div","scl-unseen",{role:"status","aria-live":"polite"});shown="";shownAt=-1/0;clock;constructor(e=()=>performance.now()/1e3){this.clock=e}draw(e){let t=this.clock();if(t-this.shownAt<Qi)return;let s=re(e);s!==""&&s!==this.shown&&(this.shown=s,this.shownAt=t,this.node.textContent=s)}};function An(n,e,t){let s=[],o=[],i=new Map;for(let r of n){if(!oe(r.status)&&!(e&&r.status==="cancelling"))continue;s.push(r.id),Y(r.status)&&o.push(r.id);let l=t(r.id);l!==""&&i.set(l,(i.get(l)??0)+1)}return{ids:s,force:e,running:s.length-o.length,toCome:o,total:s.length,owners:i}}function nt({force:n,running:e,total:t}){return t>0&&(n||e>1)}var Mn=4;function ot({force:n,running:e,total:t,owners:s}){let[o]=s.keys(),i=s.size===1&&o!==void 0?` of ${o}`:"",r=`${n?"Kill the workers of":"Cancel"} ${$(t)}${i}`,l=e<t&&e>0?`, ${T(e)} of them running`:"";return`${r}${l}${s.size>1?Zi(s):""}?`}function Zi(n){let e=[...n].slice(0,Mn).map(([s,o])=>`${T(o)} of ${s}`),t=n.size-Mn;return`: ${e.join(", ")}${t>0?`, and of ${t} more programs`:""}`}var Rn=10,xs="The cancel was not sent",Le=class{constructor(e,t,s,o){this.store=e;this.rowModel=t;this.actions=s;this.events=o}pending=new Set;stop(e,t=!1){if(t&&this.store.engine?.canStopRunning!==!0)return;let s=e.map(i=>this.store.get(i)).filter(i=>i!==void 0),o=this.plan(s,t);this.confirmed(o,()=>{let i=async()=>{let r=await this.actions.cancel(o.ids,t,!1);return r.trouble||er(o.total-r.accepted)};this.send(o.ids,i,xs,o.toCome)})}stopQueued(){if(!this.rowModel.isFiltered){this.stopAll(!0);return}let e=this.rowModel.stoppable(!0),t=()=>this.actions.cancel(e,!1,!0);this.send(e,On(t),xs,e)}stopListed(){this.rowModel.isFiltered?this.stop(this.rowModel.stoppable(!1)):this.stopAll(!1)}retry(e,t="submitted again"){let s=e.filter(r=>{let l=this.store.get(r);return l!==void 0&&ce(l.status)&&!this.pending.has(r)});if(s.length===0)return;let o=s.length===1?"its future":"their futures",i=async()=>{let{trouble:r}=await this.actions.retry(s);return r||`${$(s.length)} ${t}, if the program still holds ${o}`};this.send(s,i,"Nothing was retried",[])}stopAll(e){let{counts:t,rows:s}=this.store,o=this.plan(e?s.filter(({status:l})=>Y(l)):s,!1),i=Ze(t),r=e?0:t.running;this.confirmed({...o,running:r,total:r+i},()=>{let l=()=>this.actions.cancelAll(e);this.send(o.ids,On(l),xs,o.toCome,i+r>0)})}plan(e,t){return An(e,t,s=>this.actions.ownerOf?.(s)??"")}confirmed(e,t){nt(e)?this.events.confirm(ot(e),e.force?"Kill":"Cancel them",t):t()}send(e,t,s,o,i=e.length>0){if(i){for(let r of e)this.pending.add(r);this.events.changed(),t().then(r=>{r===""&&o.length>0?this.offerUndo(o):r!==""&&this.events.notice(r)}).catch(r=>{let l=r instanceof Error?r.message:String(r);this.events.notice(`${s}: ${l}`)}).finally(()=>{for(let r of e)this.pending.delete(r);this.events.changed()})}}offerUndo(e){let t=e.length===1?"a queued task":`${T(e.length)} queued tasks`;this.events.notice(`Requested the cancel of ${t}`,()=>{let s=e.filter(o=>this.store.get(o)?.cancelResolution==="never_started");s.length>0?this.retry(s,"submitted again as new"):this.events.notice("Nothing to undo: none of them is cancelled")})}};function On(n){return async()=>(await n()).trouble}function er(n){return n<=0?"":`${$(n)} ${n===1?"was":"were"} done before the cancel was requested`}var Ie=class{constructor(e){this.leave=e;let t=Oe("question");this.text=c("span","scl-question",{id:t}),this.yes=I("scl-yes","",()=>{this.answer(!0)});let s=I("scl-no","Keep",()=>{this.answer(!1)});this.node=c("div","scl-confirm",{role:"alertdialog","aria-labelledby":t},this.text,c("span","scl-answers",{},this.yes,s)),this.node.hidden=!0,this.node.addEventListener("keydown",o=>{let i=tr.get(o.key);i!==void 0&&!o.ctrlKey&&!o.metaKey&&!o.altKey&&(o.preventDefault(),this.answer(i))})}node;text;yes;proceed=null;get isOpen(){return this.proceed!==null}show(e,t,s){this.proceed=s,f(this.text,e),f(this.yes,t),this.node.hidden=!1,this.yes.focus()}close(){let e=ue(this.node);this.proceed=null,this.node.hidden=!0,e&&this.leave()}answer(e){let{proceed:t}=this;this.close(),e&&t?.()}},tr=new Map([["y",!0],["n",!1],["Escape",!1]]);var Cn=Symbol.for("scaler_lab.places");function Ln(){return globalThis[Cn]??null}function Ss(n){globalThis[Cn]=n}var sr=/[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /,nr=/^( {2})(?:File "([^"]+)"|Cell (In\[\d+\])), line (\d+)(?=, in |$)/;function ks(n,e){let t=Ln(),s=[],o=[],i=!1,r=0,l=()=>{let a=c("pre","",{},...o.slice(0,-1));if(o.length>0&&i){let d=r===1?"1 frame in a library":`${r} frames in libraries`;s.push(c("details","",{},c("summary","",{},d),a))}else o.length>0&&s.push(a);o=[],r=0};for(let a of n.split(`
`)){let d=nr.exec(a),u=d===null?i&&a.startsWith("    "):sr.test(a);u!==i&&(l(),i=u),d===null||i?o.push(a,`
`):o.push(...or(a,d,t,e),`
`),r+=d===null?0:1}return l(),s}function or(n,[e,t,s,o,i],r,l){let a={file:s??"",label:o??"",line:Number(i),cell:l};if(r?.canShow(a)!==!0)return[n];let d=e.slice(t?.length??0),u=c("a","scl-place",{href:"#",title:"Show this line"},d);return u.addEventListener("click",h=>{h.preventDefault(),h.stopPropagation(),r.show(a)}),[t??"",u,n.slice(e.length)]}var _n={colour:"",isBold:!1,isFaint:!1,isUnderlined:!1},ir=/\u001b\[([0-9;?:]*)([A-Za-z])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;function Nn(n){let e=_n;return n.replace(/\r+\n/g,`
`).split(`
`).map(t=>{let s=t.split("\r").filter(i=>i!=="");for(let i of s.slice(0,-1))e=In(i,e).after;let o=In(s.at(-1)??"",e);return e=o.after,o.line})}function In(n,e){let t=[],s=e,o=0,i=r=>{r!==""&&t.push({text:he(r),classes:dr(s)})};for(let r of n.matchAll(ir))i(n.slice(o,r.index)),o=r.index+r[0].length,r[2]==="m"&&(s=rr(s,r[1]??""));return i(n.slice(o)),{line:t,after:s}}function rr(n,e){let t=n,s=e.split(/[;:]/).map(Number);for(let o=0;o<s.length;o+=1){let i=s[o]??0;i===38||i===48?o+=s[o+1]===2?4:2:t=lr(t,i)}return t}function lr(n,e){if(e===0)return _n;if(e===39)return{...n,colour:""};if(e>=30&&e<=37||e>=90&&e<=97)return{...n,colour:ar[e%10]??""};switch(e){case 1:return{...n,isBold:!0};case 2:return{...n,isFaint:!0};case 4:return{...n,isUnderlined:!0};case 22:return{...n,isBold:!1,isFaint:!1};case 24:return{...n,isUnderlined:!1};default:return n}}var ar=["black","red","green","yellow","blue","magenta","cyan","white"];function dr({colour:n,isBold:e,isFaint:t,isUnderlined:s}){return[n===""?"":`scl-ansi-${n}`,e?"scl-ansi-bold":"",t?"scl-ansi-faint":"",s?"scl-ansi-underlined":""].filter(o=>o!=="").join(" ")}var cr=8,ur=5e3,Et=class{node;head=c("span","scl-block-title",{},"Output");output=c("pre","scl-output",{tabindex:"0","aria-label":"Output"});follow;found=c("span","scl-quiet",{role:"status"});field;shown=[];text="";name="task";follows=!0;hit=-1;constructor(e){this.follow=I("scl-toggle","Follow",()=>{this.setFollow(!this.follows)});let t=I("","Copy",()=>{Ae(this.plain).then(()=>{e("Copied the output")},i=>{e(String(i))})}),s=I("","Download",()=>{xt(`${this.name.replace(/[^\w.-]+/g,"_")}.txt`,this.plain)});this.field=c("input","scl-find",{type:"search",placeholder:"Find","aria-label":"Find in the output",spellcheck:"false"}),this.field.addEventListener("input",()=>{this.hit=-1,this.mark()}),this.field.addEventListener("keydown",i=>{i.key==="Enter"&&this.next(i.shiftKey?-1:1)}),this.output.addEventListener("scroll",()=>{this.setFollow(this.isAtEnd)});let o=[this.found,this.field,this.follow,t,s];this.node=c("div","scl-block",{},c("div","scl-block-head",{},this.head,c("span","scl-answers",{},...o)),this.output),this.node.hidden=!0}clear(e){this.name=e,this.text="",this.shown=[],this.output.replaceChildren(),this.node.hidden=!0,this.field.value="",this.setFollow(!0)}draw(e,t){if(this.node.hidden=e==="",f(this.head,t>0?`Output, after ${ge(t)} more`:"Output"),e===this.text)return;this.text=e;let s=Nn(e).slice(-ur),o=s.map(r=>JSON.stringify(r)),i=0;for(;i<o.length&&o[i]===this.shown[i];)i+=1;for(;this.output.childNodes.length>i;)this.output.lastChild?.remove();this.output.append(...s.slice(i).map((r,l)=>hr(r,l+i>0))),this.shown=o,this.mark(),this.follows&&(this.output.scrollTop=this.output.scrollHeight)}get plain(){return this.output.textContent}get isAtEnd(){let{scrollTop:e,clientHeight:t,scrollHeight:s}=this.output;return e+t>=s-cr}setFollow(e){this.follows=e,this.follow.setAttribute("aria-pressed",String(e)),e&&!this.isAtEnd&&(this.output.scrollTop=this.output.scrollHeight)}mark(){let e=this.field.value.toLowerCase(),t=[];for(let s of this.output.children){let o=e!==""&&s.textContent.toLowerCase().includes(e);s.classList.toggle("scl-hit",o),o&&s instanceof HTMLElement&&t.push(s)}return f(this.found,e===""?"":`${t.length} lines`),t}next(e){let t=this.mark();t.length>0&&(this.hit=(this.hit+e+t.length)%t.length,this.setFollow(!1),t[this.hit]?.scrollIntoView({block:"nearest"}))}};function hr(n,e){let t=c("span","",{},e?`
`:"");for(let{text:s,classes:o}of n)t.append(o===""?s:c("span",o,{},s));return t}var Tt=class{constructor(e){this.clock=e}samples=new Map;take(e){let t=this.clock();for(let[s,o]of e){let i=this.samples.get(s)??[];i.push({...o,at:t}),this.samples.set(s,i)}for(let[s,o]of this.samples){for(;(o[0]?.at??t)<t-60;)o.shift();o.length===0&&this.samples.delete(s)}}get now(){return this.clock()}of(e){let t=this.samples.get(e)?.at(-1);return t===void 0||t.at<this.clock()-3.5?null:t}history(e){return this.samples.get(e)??[]}get ids(){return this.samples.keys()}};function it(n,e){return{cpuPercent:Es(n.cpuPercent,e.cpuPercent),memory:Es(n.memory,e.memory),children:Es(n.children,e.children)}}function Es(n,e){return n===null||e===null?n??e:n+e}function _e(n){return n?.cpuPercent==null?"":`${n.cpuPercent.toFixed(0)}%`}function Ne(n){return n?.memory==null?"":Mt(n.memory)}function Mt(n){for(let[e,t]of pr)if(n>=e)return`${$n(n/e)} ${t}`;return`${$n(n/1024)} KiB`}var pr=[[1024**3,"GiB"],[1024**2,"MiB"]];function $n(n){return n>=99.95?n.toFixed(0):n.toFixed(1).replace(/\.0$/,"")}var Pn=120,$e=22,fr=4,Ts="http://www.w3.org/2000/svg",gr=100,At=class{constructor(e,t,s,o){this.measure=t;this.textOf=s;this.least=o;let i=document.createElementNS(Ts,"svg");i.setAttribute("viewBox",`0 0 ${Pn} ${$e}`),i.setAttribute("class","scl-spark"),i.setAttribute("aria-hidden","true"),this.area.setAttribute("class","scl-spark-area"),this.path.setAttribute("class","scl-spark-line"),i.append(this.area,this.path),this.node=c("div","scl-meter",{title:"The last minute"},c("span","scl-quiet",{},e),i,this.value)}node;value=c("span","scl-meter-value");path=document.createElementNS(Ts,"path");area=document.createElementNS(Ts,"path");draw(e,t){let s=e.flatMap(h=>{let p=this.measure(h);return p===null?[]:[{at:h.at,value:p}]}),o=s.at(-1);if(this.node.hidden=o===void 0,o===void 0)return;let i=Math.max(...s.map(({value:h})=>h));f(this.value,this.textOf(o.value,i));let r=Math.max(i,this.least),l="",a="",d=-1/0,u=0;for(let{at:h,value:p}of s){let g=h-d>fr;a+=g&&a!==""?`V${$e}Z`:"",u=Pn*(1-(t-h)/60);let y=`${u.toFixed(1)} ${($e-1-($e-2)*(p/r)).toFixed(1)}`;l+=`${g?"M":"L"}${y}`,a+=g?`M${u.toFixed(1)} ${$e}L${y}`:`L${y}`,d=h}this.path.setAttribute("d",l),this.area.setAttribute("d",`${a}V${$e}Z`)}},Ot=class{node;meters;children=c("span","scl-quiet");constructor(){this.meters=[new At("CPU",({cpuPercent:e})=>e,e=>`${e.toFixed(0)}% of a core`,gr),new At("Memory",({memory:e})=>e,yr,1)],this.node=c("div","scl-usage",{role:"group","aria-label":"What it uses"},...this.meters.map(({node:e})=>e),this.children),this.node.hidden=!0}draw(e,t){let s=e===null||t.of(e)===null?[]:t.history(e);this.node.hidden=s.length===0;for(let i of this.meters)i.draw(s,t.now);let o=s.at(-1)?.children??0;f(this.children,o===0?"":o===1?"1 child process":`${o} child processes`)}};function yr(n,e){let t=Mt(n);return e>1.1*n?`${t}, up to ${Mt(e)}`:t}var vr=400,wr=1e3,Fn=80,br=340,zn=24,Fe=class{constructor(e,t,s){this.actions=e;this.view=t;this.events=s;let o=c("button","scl-button scl-shut",{type:"button","aria-label":"Close the details"},"✕");o.addEventListener("click",s.close),this.output=new Et(s.notice),this.copyTraceback=I("","Copy traceback",()=>{this.copy(this.tracebackText,"the traceback")});let i=I("","Copy id",()=>{this.copy(this.shown?.id??"","the id")}),r=c("span","scl-answers",{},this.copyTraceback,i,o),l=c("div","scl-pane-head",{},this.heading,r);this.node=c("div","scl-pane",{role:"group","aria-label":"Details of the task"},...t===null?[]:[this.handle(t),l],this.error,this.traceback,this.usage.node,this.stack,this.output.node,this.arguments,this.facts),this.node.hidden=!0}node;heading=c("div","scl-pane-title");error=c("div","scl-error");facts=c("dl","scl-facts");arguments=c("div","scl-arguments");traceback=c("div","scl-traceback");stack=c("div","scl-where",{role:"group","aria-label":"Where it is"});usage=new Ot;copyTraceback;output;shown=null;profile=null;tracebackText="";stackText="";known="";isRequesting=!1;timer=0;dispose(){window.clearTimeout(this.timer)}get showsUsage(){return this.shown!==null&&ke(this.shown.status)}draw(e,t){this.drawRow(e);let s=e!==null&&ke(e.status);this.usage.draw(s?e.id:null,t.usages)}drawRow(e){this.node.hidden=e===null;let t=this.view?.paneHeight??null;this.node.style.height=t===null?"":`${t}px`,this.node.classList.toggle("scl-is-sized",t!==null);let s=this.shown;if(e===null||e===s){this.shown=e;return}this.shown=e,s?.id!==e.id&&this.clear(e),this.node.dataset.status=e.status,f(this.heading,`${H[e.status]} ${m(e.name)}`),f(this.error,m(e.error)),this.error.hidden=e.error==="",this.writeFacts(e),(s?.id!==e.id||s.status!==e.status)&&this.showArguments(e.id),this.request()}clear(e){this.traceback.replaceChildren(),this.stack.replaceChildren(),this.stackText="",this.tracebackText="",this.copyTraceback.hidden=!0,this.output.clear(e.name),this.arguments.replaceChildren(),this.profile=null,this.known=""}writeFacts(e){this.facts.replaceChildren(...Hn([...kr(e),...Sr(this.profile)]))}copy(e,t){Ae(e).then(()=>{this.events.notice(`Copied ${t}`)},s=>{this.events.notice(s instanceof Error?s.message:String(s))})}handle(e){let t=c("div","scl-handle",{role:"separator",tabindex:"0","aria-orientation":"horizontal","aria-label":"Height of the details","aria-valuemin":String(Fn),"aria-valuenow":String(e.paneHeight??br),title:"Drag to resize; double-click to fit"}),s=i=>{let r=this.node.offsetHeight+i;e.paneHeight=Math.max(Fn,r),this.node.style.height=`${e.paneHeight}px`,this.node.classList.add("scl-is-sized"),t.setAttribute("aria-valuenow",String(e.paneHeight))},o=null;return t.addEventListener("pointerdown",i=>{o=i.clientY,t.setPointerCapture(i.pointerId),i.preventDefault()}),t.addEventListener("pointermove",i=>{o!==null&&(s(o-i.clientY),o=i.clientY)}),t.addEventListener("pointerup",()=>{o=null}),t.addEventListener("dblclick",()=>{e.paneHeight=null,this.node.style.height="",this.node.classList.remove("scl-is-sized")}),t.addEventListener("keydown",i=>{(i.key==="ArrowUp"||i.key==="ArrowDown")&&(i.preventDefault(),s(i.key==="ArrowUp"?zn:-zn))}),t}async request(){let e=this.shown;if(e===null||this.isRequesting)return;let t=_(e.status),s=ke(e.status),o=s?Math.floor(Date.now()/wr):"",i=`${e.id} ${t?e.status:""} ${e.outputBytes} ${o}`,r=e.status==="failed"||e.outputBytes>0||s;if(!(i===this.known||!(r||t&&this.actions.details!==void 0))){this.known=i,this.isRequesting=!0,e.status==="failed"&&this.traceback.childElementCount===0&&this.traceback.replaceChildren(Pe("loading the traceback …"));try{let l=await this.detailsOf(e.id);this.shown?.id===e.id&&this.write(this.shown,l)}catch(l){let a=l instanceof Error?l.message:String(l);this.shown?.id===e.id&&this.traceback.replaceChildren(Pe(`The details could not be loaded: ${a}`))}this.timer=window.setTimeout(()=>{this.isRequesting=!1,this.request()},vr)}}async detailsOf(e){return this.actions.details!==void 0?this.actions.details(e):{traceback:await this.actions.traceback(e),output:"",outputBefore:0,profile:null,stack:null}}write(e,t){e.status==="failed"&&t.traceback!==this.tracebackText?(this.tracebackText=t.traceback,this.copyTraceback.hidden=t.traceback==="",this.traceback.replaceChildren(...ks(he(t.traceback),e.cell))):e.status==="failed"&&t.traceback===""&&this.traceback.replaceChildren(Pe("The traceback is no longer kept.")),this.profile=t.profile,this.writeFacts(e),this.writeStack(e,t.stack),this.output.draw(t.output,t.outputBefore)}writeStack(e,t){let s=[],o="";if(t!==null&&!_(e.status)){let i=t.problem===""?"":`; ${t.problem}`,r=`where it is: ${m(t.state+i)}`,l=he(an(t));o=`${r}
${l}`,s.push(Pe(r),...ks(l,e.cell))}if(o!==this.stackText){let i=this.stack.querySelector("details[open]")!==null;this.stackText=o,this.stack.replaceChildren(...s);for(let r of this.stack.querySelectorAll("details"))r.open=i}}async showArguments(e){if(this.actions.arguments===void 0)return;let t;try{t=xr(await this.actions.arguments(e))}catch(s){let o=s instanceof Error?s.message:String(s);t=[Pe(`The arguments could not be loaded: ${o}`)]}this.shown?.id===e&&this.arguments.replaceChildren(...t)}};function xr({arguments:n,trouble:e,result:t}){let s=[];if(n.length>0){let o=n.map(([i,r])=>[m(i),m(r)]);s.push(Dn("Arguments",c("dl","scl-values",{},...Hn(o))))}else e!==""&&t===null&&s.push(Pe(e));if(t!==null){let o=t.bytes===null?"":`, ${ge(t.bytes)}`,i=c("pre","",{tabindex:"0","aria-label":"Result"},he(t.text));s.push(Dn(`Result: ${m(t.type)}${o}`,i))}return s}function Dn(n,e){return c("div","scl-block",{},c("span","scl-block-title",{},n),e)}function Pe(n){return c("p","scl-quiet",{},n)}function Hn(n){return n.map(([e,t])=>c("div","",{},c("dt","",{},e),c("dd","",{},t)))}function Sr(n){let e=[];return n?.cpuSeconds!=null&&e.push(`${W(n.cpuSeconds)} of CPU`),n?.peakMemory!=null&&n.peakMemory>0&&e.push(`${ge(n.peakMemory)} of memory in its worker`),n?.bytesIn!=null&&n.bytesIn>0&&e.push(`${ge(n.bytesIn)} in`),n?.bytesOut!=null&&n.bytesOut>0&&e.push(`${ge(n.bytesOut)} out`),e.length===0?[]:[["took",e.join(", ")],["of all tasks","client.resource_usage()"]]}function kr(n){let e=[],t=s=>new Date(s*1e3).toLocaleTimeString();if(n.groupName!==""&&e.push(["group",m(n.groupName)]),n.worker!==""&&e.push(["worker",m(n.worker)]),e.push(["submitted",t(n.submittedAt)]),n.startedAt!==null&&e.push(["started",`${t(n.startedAt)}, after ${W(n.startedAt-n.submittedAt)}`]),n.endedAt!==null){let s=n.startedAt===null?"":`, having run ${W(n.endedAt-n.startedAt)}`;e.push(["ended",t(n.endedAt)+s])}if(n.progress&&e.push(["progress",m(bs(n.progress))]),n.cancelRequestedAt!==null){let s=n.cancelRequestedBy===""?"":` by ${m(n.cancelRequestedBy)}`;e.push(["cancel requested",t(n.cancelRequestedAt)+s])}if(n.cancelResolution!==null){let s=n.cancelSeconds===null?"":`, ${st(n.cancelSeconds)} after the request`;e.push(["settled",`${Er(n)}${s}`])}return n.detail!==""&&e.push([n.status==="cancelling"?"waits for":"note",m(n.detail)]),n.attempt>1&&e.push(["attempt",String(n.attempt)]),n.tags.length>0&&e.push(["tags",m(n.tags.join(", "))]),e.push(["id",n.id]),e}function Er(n){switch(n.cancelResolution){case"never_started":return"never started: taken out of the queue";case"interrupted":return"interrupted: stopped inside the task, its worker lives on";case"killed":return"killed: its worker process was stopped";case"finished_first":return"finished first: its result came before the cancel and was discarded";case"lost":return"lost: the engine went away before answering";case null:return""}}var Tr=.005,Ms=.5,Mr=1,Ar=60,jn=2,Or=3,Rr=8;function qn(n,e){let t=n.progress?Re(n.progress):null,s=n.startedAt===null?0:e-n.startedAt;return t===null||t<Tr||t>=1||s<Ms?null:s*(1-t)/t}function Wn(n,e){let{settled:t,size:s,startedAt:o,counts:i}=n,r=o===null?0:e-o;if(!(i.running+i.cancelling>0)||t<jn||t===s||r<Ms)return null;let a=n.lastEndedAt??e,d=(a-(o??a))/t;return e-a>Math.max(Or,Rr*d)?null:(s-t)*r/t}var Rt=class{samples=[];of(e,t,s){let o=this.samples.at(-1);if(e===t||o!==void 0&&e<o.settled)return this.samples=[],null;for((o===void 0||s-o.at>=Mr)&&this.samples.push({at:s,settled:e});(this.samples[1]?.at??s)<=s-Ar;)this.samples.shift();let i=this.samples[0],r=e-(i?.settled??e);return i===void 0||r<jn||s-i.at<Ms?null:(t-e)*(s-i.at)/r}};function ze(n){if(n<10)return`~${Math.max(1,Math.round(n))} s`;if(n<57.5)return`~${Math.round(n/5)*5} s`;if(n<295){let o=Math.round(n/10),i=o%6*10;return`~${Math.floor(o/6)} min${i===0?"":` ${i} s`}`}let e=Math.round(n/60);if(e<60)return`~${e} min`;let t=Math.round(e%60/10)*10;return`~${Math.floor(e/60)+(t===60?1:0)} h${t%60===0?"":` ${t} min`}`}var we={arguments:"",result:"",line:""};function Ct(n,e,t=we,s=null){switch(n.status){case"running":return Cr(n,e,t);case"queued":return ve(De(As(n),n.detail===""?Ir(s):n.detail));case"waiting":case"retrying":return ve(n.detail===""?"waits for other tasks":n.detail);case"failed":return ve(n.error,"failed");case"cancelling":{let o=kt(e-(n.cancelRequestedAt??e));return ve(De(`${o}${Bn(n)}`,n.detail),"cancelling")}case"cancelled":return ve(De(_r(n)+Bn(n),n.detail));case"succeeded":return ve(t.result)}}function Cr(n,e,t){let{progress:s}=n;if(!s)return ve(De(As(n),t.line));let o=qn(n,e),i=De(Lr(s),o===null?"":`${ze(o)} left`,s.note);return{word:"",text:De(As(n),i),share:Re(s)}}function Lr(n){let{done:e,total:t}=n,s=Re(n),o=Number.isInteger(e)&&(t===null||Number.isInteger(t));return s===null||t===null?Number.isInteger(e)?T(e):e.toPrecision(3):o?`${T(e)}/${T(t)}`:`${Math.floor(s*100)} %`}function As(n){return n.attempt>1?`attempt ${n.attempt}`:""}function Ir(n){return n===null?"":n===0?"first in the queue":`${T(n)} queued before it`}function _r(n){let e=n.cancelSeconds===null?"":` in ${st(n.cancelSeconds)}`;switch(n.cancelResolution){case"never_started":return"never started";case"interrupted":return`stopped${e}`;case"killed":return`killed${e}`;case"finished_first":return"finished first, result discarded";case"lost":return"lost with its engine";case null:return"cancelled"}}function Bn(n){return n.cancelRequestedBy===""?"":`, from ${n.cancelRequestedBy}`}function ve(n,e=""){return{word:e,text:n,share:null}}function De(...n){return n.filter(e=>e!=="").join(" · ")}var Nr=300,$r=60,Pr=4,Fr=2500,zr=4e3,He=class{constructor(e,t){this.actions=e;this.changed=t}known=new Map;wanted=new Map;timer=0;isBusy=!1;dispose(){window.clearTimeout(this.timer)}of(e){let t=this.known.get(e.id);return t?.of!==Un(e)&&this.isWorthAsking(e)&&(this.wanted.set(e.id,e),this.schedule()),t?.glimpse??we}isWorthAsking(e){return this.actions.glimpses!==void 0?!0:this.actions.details!==void 0&&e.status==="running"&&Dr(e)}schedule(){if(this.timer===0&&!this.isBusy){let e=this.actions.glimpses!==void 0;this.timer=window.setTimeout(()=>{this.timer=0,this.request()},e?Nr:Fr)}}async request(){let e=this.actions.glimpses===void 0?Pr:$r,t=[...this.wanted.values()].slice(-e);this.wanted.clear(),this.isBusy=!0;try{let s=await this.fetch(t);for(let o of t)this.keep(o,s.get(o.id)??we);this.changed()}catch{for(let s of t)this.keep(s,we)}finally{this.isBusy=!1}this.wanted.size>0&&this.schedule()}async fetch(e){let{actions:t}=this;if(t.glimpses!==void 0)return t.glimpses(e.map(({id:o})=>o));let s=await Promise.all(e.map(async({id:o})=>{let i=(await t.details?.(o))?.output??"";return[o,{...we,line:Hr(i)}]}));return new Map(s)}keep(e,{arguments:t,result:s,line:o}){let i=this.known.get(e.id)?.glimpse??we,r={arguments:t||i.arguments,result:s,line:o};this.known.delete(e.id),this.known.set(e.id,{of:Un(e),glimpse:r});for(let l of this.known.keys()){if(this.known.size<=zr)break;this.known.delete(l)}}};function Un(n){return _(n.status)?n.status:`${n.attempt} ${n.outputBytes}`}function Dr(n){return n.outputBytes>0}function Hr(n){return Tn(n).split(`
`).filter(t=>t.trim()!=="").at(-1)?.trim()??""}var jr=["succeeded","failed","cancelled","cancelling","running","retrying","queued","waiting"],qr=.004,pe=class{node=c("div","scl-bar");segments=new Map;constructor(){for(let e of jr){let t=c("span","scl-segment",{"data-status":e,hidden:""});this.segments.set(e,t),this.node.append(t)}}draw(e){let t=b.reduce((s,o)=>s+e[o],0);for(let[s,o]of this.segments){let i=t===0?0:e[s]/t,r=i===0?"0":String(Math.max(i,qr));o.style.flexGrow!==r&&(o.style.flexGrow=r,o.hidden=i===0)}}};var je=class{eta=new Rt;of(e){let{counts:t,size:s,settled:o}=e,i=e.phase==="ended"?null:this.eta.of(o,s,e.now()),r=[`${T(o)}/${T(s)}`];return t.failed>0&&r.push(`${T(t.failed)} failed`),i!==null&&r.push(ze(i)),r.join(" · ")}};var Wr=/\[\d+\]$/;function rt(n,e,t){let s=Wr.exec(n)?.[0]??"",o=s===""?n:n.slice(0,-s.length);if(t&&s!==""&&o===e)return{stem:"",tail:s};let r=/^[\x20-\x7e]*$/.test(o)&&o.length>18?6:0;return{stem:o.slice(0,o.length-r),tail:o.slice(o.length-r)+s}}function Os(n){let e=0;for(let t of n){let s=t.codePointAt(0)??0;s>=4352&&(s>=11904||s<=4447)&&(e+=1)}return n.length+e}var qe=2,Br={stop:"Cancel",kill:"Kill the workers of",retry:"Retry"},Ur="Requested; waiting for the answer",Lt=class n{node;id="";nameColumns=0;extraColumns=0;shown=null;shownBelow=!1;check=se("check",1);state=se("state",2);icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");number=se("number",3);name=se("name",4);stem=c("span","scl-stem");tail=c("span","scl-tail");extra=c("span","scl-extra");worker=se("worker",5);now=se("now",6);bar=new pe;progress=c("span","scl-progress",{"aria-hidden":"true"});filled=c("span","scl-filled");word=c("span","scl-word");text=c("span","scl-text");cpu=se("cpu",7);memory=se("memory",8);time=se("time",9);doing=se("doing",10);stop=Gn("scl-stop","stop");more=Gn("scl-more","details");constructor(e){this.check.append(c("span","scl-tick",{"aria-hidden":"true"})),this.state.append(this.icon,this.stateWord),this.name.append(c("span","scl-name",{},this.stem,this.tail),this.extra),this.bar.node.setAttribute("aria-hidden","true"),this.progress.append(this.filled),this.now.append(this.bar.node,this.progress,this.word,this.text),this.doing.append(this.stop,this.more),this.node=c("div","scl-row",{role:"row",id:e},this.check,this.state,this.number,this.name,this.worker,this.now,this.cpu,this.memory,this.time,this.doing)}get wants(){return this.nameColumns+this.extraColumns}static buttonOf(e,t){if(t.isOver||e.status==="succeeded")return null;if(_(e.status))return t.isPending?"requested":"retry";if(e.status==="cancelling"){let s=e.cancelRequestedAt??t.now;return t.canKill&&t.now-s>qe?"kill":"requested"}return t.isPending?"requested":"cancel"}static buttonOfGroup(e,{isOver:t,canKill:s,now:o}){let{counts:i}=e,r=X(i);if(t)return null;if(r>0)return["stop",r];if(i.cancelling>0){let a=s?e.stillCancelling(o-qe).length:0;return a>0?["kill",a]:["requested",i.cancelling]}let l=i.failed+i.cancelled;return l>0?["retry",l]:null}update(e,t){this.id=e.id,this.place(t);let{isBelow:s}=t;this.shown===null&&this.becomeTask(),(this.shown!==e||this.shownBelow!==s)&&(this.writeFacts(e,s),this.shown=e,this.shownBelow=s),this.writeExtra(m(t.glimpse.arguments)),f(this.time,ye(e,t.now)),this.show(e.status,Ct(e,t.now,t.glimpse,t.before)),this.writeButton(e,n.buttonOf(e,t))}updateGroup(e,t){this.id=e.id,this.place(t),this.shown=null,this.node.classList.add("scl-group"),this.bar.node.hidden=!1,this.progress.hidden=!0,this.more.classList.add("scl-hidden"),this.writeStatus(e.status),M(this.node,"aria-expanded",String(!t.isFolded)),f(this.number,String(e.first));let s=m(e.name);this.writeName(rt(s,"",!1),s),this.name.title=`${s}: ${$(e.size)}`,this.name.dataset.do="fold",this.writeExtra($(e.size)),f(this.worker,""),f(this.time,ye(e,t.now)),this.bar.draw(e.counts),this.show(e.status,{word:"",text:Gr(e,t.now),share:null}),M(this.now,"title",re(e.counts)),this.writeGroupButton(s,n.buttonOfGroup(e,t))}writeGroupButton(e,t){let[s,o]=t??["requested",0],i=s==="requested"?"stop":s,r=`${Br[i]} ${$(o)}`;this.offer(t!==null,s,i,r,`${r} of ${e}`)}writeButton(e,t){let s=ce(e.status),o=t==="kill"?"Kill the worker of":s?"Retry":"Cancel",i=t==="kill"?"It was requested to stop and has not yet: stop its worker process":o,r=t==="kill"?"kill":s?"retry":"stop";this.offer(t!==null,t??"requested",r,i,`${o} ${m(e.name)}`)}offer(e,t,s,o,i){let{stop:r}=this,l=t==="requested";r.disabled=l,r.classList.toggle("scl-hidden",!e),M(r,"data-do",s),M(r,"aria-label",i),r.title=l?Ur:o}place(e){this.node.style.transform=`translateY(${e.top}px)`,M(this.node,"aria-rowindex",String(e.index+2)),M(this.node,"aria-selected",String(e.isSelected)),f(this.cpu,_e(e.usage)),f(this.memory,Ne(e.usage)),M(this.node,"aria-level",e.level===null?null:String(e.level)),this.node.classList.toggle("scl-active",e.isActive)}show(e,{word:t,text:s,share:o}){let i=m(s);f(this.word,t),this.word.hidden=t==="",f(this.text,i);let r=t===""?i:`${t}: ${i}`;M(this.now,"title",r),M(this.state,"title",r===""||t!==""?e:`${e}: ${r}`),this.progress.hidden=o===null;let l=`${(o??0)*100}%`;this.filled.style.width!==l&&(this.filled.style.width=l)}writeStatus(e){this.node.dataset.status=e,f(this.icon,H[e]),f(this.stateWord,e)}becomeTask(){this.node.classList.remove("scl-group"),this.bar.node.hidden=!0,this.more.classList.remove("scl-hidden"),delete this.name.dataset.do,M(this.node,"aria-expanded",null)}writeFacts(e,t){this.writeStatus(e.status),f(this.number,String(e.number));let s=m(e.name);this.writeName(rt(s,m(e.groupName),t),s),M(this.more,"aria-label",`Details of ${s}`),this.more.title="Details",f(this.worker,m(e.worker)),this.worker.title=m(e.worker)}writeName({stem:e,tail:t},s){f(this.stem,e),f(this.tail,t),this.name.title=s,this.nameColumns=Os(e+t)}writeExtra(e){this.extra.textContent!==e&&(f(this.extra,e),this.extra.title=e,this.extraColumns=e===""?0:Os(e)+2)}};function Gr(n,e){let{counts:t,settled:s,size:o}=n,i=Wn(n,e);return[`${T(s)}/${T(o)}`,t.failed>0?`${T(t.failed)} failed`:"",t.cancelled>0?`${T(t.cancelled)} cancelled`:"",i===null?"":ze(i)].filter(r=>r!=="").join(" · ")}function se(n,e){return c("div",`scl-cell scl-c-${n}`,{role:"gridcell","aria-colindex":String(e)})}function Gn(n,e){return c("button",`scl-act ${n}`,{type:"button",tabindex:"-1","data-do":e})}var Kr=2e3,Vr=1,It=class{constructor(e,t,s){this.store=e;this.commands=t;this.glimpses=s;for(let i of[this.bar.node,this.progress])i.setAttribute("aria-hidden","true");this.stop=I("scl-one-stop","Cancel",()=>{this.onClick()});let o=c("span","scl-one-now",{},this.word,this.text);this.node=c("div","scl-one",{role:"group","aria-label":"Progress"},this.icon,this.stateWord,this.name,this.bar.node,this.progress,o,this.time,this.stop)}node;icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");stem=c("span","scl-stem");tail=c("span","scl-tail");name=c("span","scl-name scl-one-name",{},this.stem,this.tail);bar=new pe;filled=c("span","scl-filled");progress=c("span","scl-progress",{},this.filled);word=c("span","scl-word");text=c("span","scl-one-text");time=c("span","scl-one-time");stop;headline=new je;times={startedAt:null,endedAt:null};readAt=-1;get only(){return this.store.size===1?this.store.rows[0]:void 0}draw(){let{store:e,only:t}=this,s=t?.status??Jr(e);this.node.dataset.status=s,f(this.icon,H[s]),f(this.stateWord,s);let o=m(t?.name??e.engine?.label??""),{stem:i,tail:r}=rt(o,"",!1);f(this.stem,i),f(this.tail,r),this.name.title=o,this.bar.node.hidden=t!==void 0,this.bar.draw(e.counts),this.show(t===void 0?this.ofAll():this.ofOne(t)),f(this.time,ye(this.timesAt(e.now()),e.now())),this.drawButton()}show({word:e,text:t,share:s}){let o=m(t);f(this.word,e),this.word.hidden=e==="",f(this.text,o),this.text.title=o,this.progress.hidden=s===null,this.filled.style.width=`${(s??0)*100}%`}ofAll(){return M(this.node,"title",re(this.store.counts)),{word:"",text:this.store.size===0?"":this.headline.of(this.store),share:null}}ofOne(e){M(this.node,"title",e.status);let t=Ct(e,this.store.now(),this.glimpses?.of(e));return t.word!==""?e.status==="failed"&&this.glimpses===null?{...t,text:""}:t:t.text===""?{...t,text:e.status}:t}drawButton(){let{counts:e,phase:t}=this.store,s=e.cancelling>0||this.commands.pending.size>0,o=X(e)>0&&this.commands.pending.size===0,i=!o&&this.late.length>0;this.stop.hidden=t==="ended"||!(o||s),this.stop.disabled=!(o||i),f(this.stop,i?"Kill":o?"Cancel":"Cancelling …"),this.stop.title=i?"Stop the worker: the task has not ended since the request":""}onClick(){X(this.store.counts)>0?this.commands.stopListed():this.commands.stop(this.late,!0)}get late(){let{store:e}=this;if(e.counts.cancelling===0||e.engine?.canStopRunning!==!0)return[];let t=e.now()-qe;return e.rows.filter(({status:s,cancelRequestedAt:o})=>s==="cancelling"&&(o??t)<t).map(({id:s})=>s)}timesAt(e){let{rows:t}=this.store;return(t.length<=Kr||e>=this.readAt+Vr)&&(this.readAt=e,this.times=Xr(t)),this.times}};function Jr({counts:n}){return b.find(e=>n[e]>0)??"waiting"}function Xr(n){let e=null,t=null,s=!1;for(let o of n)o.startedAt!==null&&(e===null||o.startedAt<e)&&(e=o.startedAt),_(o.status)?o.endedAt!==null&&(t===null||o.endedAt>t)&&(t=o.endedAt):s=!0;return{startedAt:e,endedAt:s?null:t}}var We=["state","number","name","worker","time","note"],_t={key:"state",descending:!1};function lt(n){return"version"in n}function V(n){return n.map(e=>e.id)}function Rs(n){return lt(n)?n.number:n.first}function Kn(n){return n.sort((e,t)=>Rs(e)-Rs(t))}function Vn(n,{key:e,descending:t},s){if(e==="state"){let i=new Map(b.map(l=>[l,[]]));for(let l of n)i.get(l.status)?.push(l);return(t?[...b].reverse():b).flatMap(l=>i.get(l)??[])}if(e==="number"&&!t)return n;let o=[...n];if(e!=="number"){let i=new Map(n.map(r=>[r.id,Yr(r,e,s)]));o.sort((r,l)=>Qr(i.get(r.id),i.get(l.id)))}return t?o.reverse():o}function Yr(n,e,t){switch(e){case"state":return b.indexOf(n.status);case"number":return Rs(n);case"name":return n.name.toLowerCase();case"worker":return lt(n)?n.worker:"";case"time":return n.startedAt===null?-1:(n.endedAt??t)-n.startedAt;case"note":return lt(n)?n.cancelResolution??n.error:""}}function Qr(n,e){return typeof n=="string"&&typeof e=="string"?n===e?0:n===""?1:e===""||n<e?-1:1:Number(n)-Number(e)}var Nt=class{constructor(e){this.store=e}tasks=new Set;groups=new Set;has(e){return this.tasks.has(e)||this.groups.has(e)||this.groups.size>0&&this.groups.has(this.store.groupOf(e)?.id??"")}get size(){return this.sumOfGroups(e=>e.size)+this.tasks.size}get rows(){let e=[...this.groups].flatMap(t=>this.store.group(t)?.rows??[]);for(let t of this.tasks){let s=this.store.get(t);s===void 0?this.tasks.delete(t):e.push(s)}return e}get stoppable(){return V(this.rows.filter(e=>oe(e.status)))}get stoppableCount(){return this.sumOfGroups(({counts:e})=>X(e))+this.count(oe)}get retriableCount(){return this.sumOfGroups(({counts:t})=>t.failed+t.cancelled)+this.count(ce)}add(e){if(ie(e)){this.groups.add(e);for(let t of this.tasks)this.store.groupOf(t)?.id===e&&this.tasks.delete(t)}else this.has(e)||this.tasks.add(e)}remove(e){if(this.tasks.delete(e)||this.groups.delete(e))return;let t=this.store.groupOf(e);if(t!==null&&this.groups.delete(t.id)){for(let s of t.rows)this.tasks.add(s.id);this.tasks.delete(e)}}clear(){this.tasks.clear(),this.groups.clear()}count(e){let t=0;for(let s of this.tasks){let o=this.store.get(s);t+=o!==void 0&&e(o.status)?1:0}return t}sumOfGroups(e){let t=0;for(let s of this.groups){let o=this.store.group(s);o===void 0?this.groups.delete(s):t+=e(o)}return t}};var Zr=8,el=5e3,be=class{constructor(e,t=new fe){this.folding=t;this.store=e,this.selection=new Nt(e)}store;statuses=new Set;search="";stretch=null;order=_t;held=!1;listed=[];positions=null;madeOf=-1;isStale=!0;dearUntil=0;isGrouped=!0;room=12;cleared=new Set;selection;anchor=null;active=null;get filter(){return this.statuses}get query(){return this.search}get sort(){return this.order}get isFiltered(){return this.statuses.size>0||this.search!==""||this.stretch!==null}get during(){return this.stretch}listDuring(e){this.stretch=e,this.isStale=!0}toggleStatus(e){let t=new Set(this.statuses);t.delete(e)||t.add(e),this.statuses=t.size===b.length?new Set:t,this.isStale=!0}find(e){this.search=e.trim().toLowerCase(),this.isStale=!0}showAll(){this.cleared.clear(),this.statuses=new Set,this.search="",this.stretch=null,this.isStale=!0}sortBy(e){this.order.key!==e?this.order={key:e,descending:!1}:this.order.descending?this.order=_t:this.order={key:e,descending:!0},this.isStale=!0}cycleStatus(e){let{counts:t}=this.store,s=[null,...b.filter(l=>t[l]>0)],[o]=this.statuses.size===1?this.statuses:[null],i=Math.max(s.indexOf(o??null),0),r=s[(i+e+s.length)%s.length]??null;this.statuses=r===null?new Set:new Set([r]),this.isStale=!0}cycleSort(){let e=We.indexOf(this.order.key);this.order={key:We[(e+1)%We.length]??"state",descending:!1},this.isStale=!0}reverseSort(){this.order={...this.order,descending:!this.order.descending},this.isStale=!0}restore(e,t,s){this.order=e,this.statuses=new Set(t),this.find(s)}clearDone(){for(let{id:e,status:t}of this.store.rows)_(t)&&this.cleared.add(e);this.isStale=!0}get clearedCount(){return this.cleared.size}get groupsAreListed(){return this.isGrouped&&!this.isFiltered}get groupsAreWanted(){return this.isGrouped}listGroups(e){this.isGrouped=e,this.isStale=!0}isFolded(e){return this.folding.isFolded(e)}roomFor(e){e!==this.room&&(this.room=e,this.isStale=!0)}get isOneGroup(){let e=this.store.onlyGroup;return e!==null&&this.store.engine?.label===e.name&&this.store.ungroupedCount===0}fold(e,t){let s=this.store.group(e),o=this.indexOf(e);if(s===void 0||o<0||this.isFolded(s)===t)return;this.folding.set(s,t);let i=a=>a!==void 0&&this.store.groupOf(a)?.id===e,r=o+1;for(;i(this.listed[r]);)r+=1;let l=t?[]:V(this.sorted(this.uncleared(s.rows)));this.listed=[...this.listed.slice(0,o+1),...l,...this.listed.slice(r)],this.positions=null,this.active!==null&&t&&i(this.active)&&(this.active=e)}hold(e){this.held!==e&&(this.held=e,this.isStale||=!e&&this.madeOf!==this.store.revision,e||(this.madeOf=-1))}get ids(){if(!this.isStale&&this.madeOf===this.store.revision)return this.listed;if(this.held&&!this.isStale)this.listed=this.kept();else{if(!this.isStale&&performance.now()<this.dearUntil)return this.listed;{let e=performance.now();this.listed=this.arranged();let t=performance.now()-e,s=this.listed.length<el||t<4;this.dearUntil=s?0:e+t*(1+Zr)}}return this.isStale=!1,this.madeOf=this.store.revision,this.positions=null,this.listed}get isBehind(){return!this.held&&this.madeOf!==this.store.revision}indexOf(e){if(e===null)return-1;let t=this.ids;return this.positions??=new Map(t.map((s,o)=>[s,o])),this.positions.get(e)??-1}kept(){let e=new Set(this.listed),t=this.listed.filter(o=>this.isThere(o)),s=this.things().filter(o=>!e.has(o.id));return t.concat(this.withMembers(s).filter(o=>!e.has(o)))}isThere(e){return ie(e)?this.store.group(e)!==void 0:this.store.get(e)!==void 0}arranged(){let e=this.sorted(this.things());return this.groupsAreListed?this.withMembers(e):V(e)}things(){if(!this.groupsAreListed||this.isOneGroup){let{rows:o}=this.store;return this.isFiltered||this.cleared.size>0?o.filter(i=>!this.cleared.has(i.id)&&this.matches(i)):o}let e=this.uncleared(this.store.ungrouped),t=e.length,s=[];for(let o of this.store.groups){if(this.cleared.size>0&&o.rows.every(({id:r})=>this.cleared.has(r)))continue;let i=o.size===1?o.rows[0]:void 0;e.push(i??o),i===void 0&&s.push(o)}return this.folding.fit(s,this.room-e.length),t===0||t===e.length?e:Kn(e)}uncleared(e){return this.cleared.size===0?e:e.filter(({id:t})=>!this.cleared.has(t))}withMembers(e){let t=[];for(let s of e)if(t.push(s.id),!lt(s)&&!this.isFolded(s))for(let o of this.sorted(this.uncleared(s.rows)))t.push(o.id);return t}sorted(e){return Vn(e,this.order,this.store.now())}matches(e){if(this.statuses.size>0&&!this.statuses.has(e.status)||this.stretch!==null&&!tl(e,this.stretch))return!1;if(this.search==="")return!0;let s=[e.name,e.worker,`#${e.number}`,e.error,e.detail,...e.tags].join(`
`).toLowerCase();return this.search.split(/\s+/).every(o=>s.includes(o))}get meant(){let{active:e}=this,t=this.selection.rows;if(t.length>0||e===null)return t;let s=this.store.get(e);return s===void 0?this.store.group(e)?.rows??[]:[s]}get listedRows(){let e=[];for(let t of this.ids){let s=ie(t)?this.store.group(t):void 0,o=this.store.get(t);o!==void 0?e.push(o):s!==void 0&&this.isFolded(s)&&e.push(...this.sorted(s.rows))}return e}stoppable(e){let t=[],s=o=>{o!==void 0&&(e?Y(o.status):oe(o.status))&&t.push(o.id)};for(let o of this.ids){let i=ie(o)?this.store.group(o):void 0;i===void 0?s(this.store.get(o)):this.isFolded(i)&&i.rows.forEach(s)}return t}selectOnly(e){this.selection.clear(),this.selection.add(e),this.anchor=e,this.active=e}toggle(e){this.selection.has(e)?this.selection.remove(e):this.selection.add(e),this.anchor=e,this.active=e}extendTo(e){let t=this.indexOf(this.anchor??this.active??e),s=this.indexOf(e);if(t<0||s<0){this.selectOnly(e);return}this.selection.clear();let[o,i]=t<s?[t,s]:[s,t];for(let r of this.ids.slice(o,i+1))this.selection.add(r);this.active=e}selectAll(){for(let e of this.ids)this.selection.add(e)}clearSelection(){this.selection.clear(),this.anchor=null}move(e){let t=this.ids;if(t.length===0)return null;let s=this.indexOf(this.active),o=s<0&&e>0&&e!==1/0?0:s+e;return this.active=t[Math.min(Math.max(o,0),t.length-1)]??null,this.active}};function tl({startedAt:n,endedAt:e},{from:t,to:s}){return n!==null&&n<=s&&(e===null||e>=t)}function $t(n){let e=()=>{n.dataset.theme=sl(n)?"dark":"light"},t=[],s=()=>{e(),t.forEach(window.clearTimeout.bind(window)),t=[300,1500,5e3].map(l=>window.setTimeout(e,l))};s();let o=new MutationObserver(s),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-theme"]};o.observe(document.documentElement,i),o.observe(document.body,i);let r=window.matchMedia("(prefers-color-scheme: dark)");return r.addEventListener("change",e),()=>{o.disconnect(),t.forEach(window.clearTimeout.bind(window)),r.removeEventListener("change",e)}}function sl(n){for(let e=n.parentElement;e!==null;e=e.parentElement){let t=/rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?/.exec(getComputedStyle(e).backgroundColor);if(t!==null&&Number(t[4]??1)>.5){let[s,o,i]=[Number(t[1]),Number(t[2]),Number(t[3])];return .299*s+.587*o+.114*i<128}}return window.matchMedia("(prefers-color-scheme: dark)").matches}var Be=class{constructor(e,t,s){this.store=t;this.actions=s;this.observer=typeof IntersectionObserver>"u"?null:new IntersectionObserver(o=>{this.isInSight=o.at(-1)?.isIntersecting??!0}),this.observer?.observe(e)}requestedAt=-950;isInSight=!0;observer;tick(e){let{counts:t,engine:s,phase:o}=this.store,i=performance.now();e&&o==="live"&&s?.reportsUsage===!0&&t.running+t.cancelling>0&&this.isInSight&&!document.hidden&&i>=this.requestedAt+950&&(this.requestedAt=i,this.actions.requestUsage?.())}dispose(){this.observer?.disconnect()}};var Jn=500,nl=6;function Xn(n,e,t){return Qn(n,e,t,!1)}function Yn(n,e,t){return Qn(n,e,t,!0)}function Qn(n,e,t,s){let o=0,i=0,r="",l=()=>{o===0&&(o=requestAnimationFrame(()=>{o=0,O()}))},a=A=>{r=A,i=Date.now()+nl*1e3,l()},d=new Ie(()=>{n.focus()}),u=new Le(e,new be(e),t,{changed:l,notice:a,confirm:(A,F,C)=>{d.show(m(A),F,C)}}),h=s?null:new He(t,l),p=new It(e,u,h),g=s?new Fe(t,null,{close:l,notice:a}):null,y=new Be(n,e,t),E=new Ce,L=c("div","scl-foot"),O=()=>{p.draw(),g?.draw(p.only??null,e),E.draw(e.counts);let A=e.phase==="ended"&&e.settled<e.size;f(L,Date.now()<i?m(r):A?m(e.endReason):""),L.hidden=L.textContent==="",d.isOpen&&e.settled===e.size&&d.close(),n.dataset.phase=e.phase};n.classList.add("scl",s?"scl-is-task":"scl-is-line"),n.tabIndex=-1,n.replaceChildren(p.node,d.node,...g===null?[]:[g.node],L,E.node);let w=$t(n),x=e.subscribe(l),B=window.setInterval(()=>{y.tick(g?.showsUsage??!1),(e.settled<e.size||Date.now()<i+Jn)&&l()},Jn);return O(),{notice:a,dispose:()=>{cancelAnimationFrame(o),window.clearInterval(B),x(),w(),h?.dispose(),y.dispose(),g?.dispose(),n.replaceChildren()}}}function Zn(n){return typeof n=="object"?n.key:n}function eo(n,e){let t=n.length;return new Proxy(n,{get(s,o,i){if(typeof o=="string"){let r=o.charCodeAt(0);if(r>=48&&r<=57){let l=+o;if(Number.isInteger(l)&&l>=0&&l<t){let a=s[l];if(typeof a!="object"){let d=e[l*2];a=s[l]={index:l,key:a,start:d,size:e[l*2+1],end:d+e[l*2+1],lane:0}}return a}}if(o==="length")return t}return Reflect.get(s,o,i)}})}function xe(n,e,t){let s=t.initialDeps??[],o,i=!0;function r(){var l;let d=0,u=n();if(!(u.length!==s.length||u.some((g,y)=>s[y]!==g)))return o;s=u;let p=0;return o=e(...u),t?.onChange&&!(i&&t.skipInitialOnChange)&&t.onChange(o),i=!1,o}return r.updateDeps=l=>{s=l},r}function Cs(n,e){if(n===void 0)throw new Error(`Unexpected undefined${e?`: ${e}`:""}`);return n}var le=(n,e)=>Math.abs(n-e)<1.01,to=(n,e,t)=>{let s;return Object.assign(function(...o){n.clearTimeout(s),s=n.setTimeout(()=>e.apply(this,o),t)},{cancel:()=>{n.clearTimeout(s)}})};function so({offset:n,isScrolling:e,elementMax:t,holdOffset:s,scrollOffset:o,pendingWrite:i,clampedMaxAtWrite:r}){var l;return e&&i===null&&n===o?"spurious":i!==null&&Math.abs(n-i.target)<1.5?"readBack":i!==null&&!i.smooth&&t!==null&&i.target>t+s+.5&&Math.abs(n-(t+s))<1.5||i!==null&&!i.smooth&&((l=i.lowMaxes)!=null&&l.some(a=>Math.abs(n-a)<1.5))?"clampedReadBack":r!==null&&Math.abs(n-r)<1.5?"clampedEcho":"external"}var ol=n=>n==="smooth"||n==="smoothFinishing";function no({kind:n,offset:e,command:t,target:s}){return n!=="spurious"&&n!=="readBack"&&n!=="clampedReadBack"&&t?.index!=null&&t.phase!=="queued"&&!ol(t.phase)&&!le(e,t.lastTargetOffset)&&!le(e,s())&&n!=="clampedEcho"}var Ls=40;function oo(n){let e=n[n.length-1];if(e===void 0)return!1;let t=n.length-2;for(;t>=0&&e.t-n[t].t<Ls;)t--;if(t<0)return!1;let s=n[t],o=t-1;for(;o>=0&&s.t-n[o].t<Ls;)o--;if(o<0)return!1;let i=n[o],r=(e.offset-s.offset)/(e.t-s.t),l=(s.offset-i.offset)/(s.t-i.t);return r*l>=0&&Math.abs(r)>=2*Math.abs(l)&&Math.abs(r)-Math.abs(l)>=.8}function io(n){let e=n[n.length-1];if(e===void 0)return!1;let t=n.length-2;for(;t>=0&&e.t-n[t].t<Ls;)t--;if(t<0)return!1;let s=n[t];return Math.abs(e.offset-s.offset)/(e.t-s.t)>=.05}var at,dt=()=>{if(at!==void 0)return at;if(typeof navigator>"u")return at=!1;if(/iP(hone|od|ad)/.test(navigator.userAgent))return at=!0;let n=navigator.maxTouchPoints;return at=navigator.platform==="MacIntel"&&n!==void 0&&n>0},Is,il=()=>Is!==void 0?Is:Is=dt()&&typeof CSS<"u"&&typeof CSS.supports=="function"&&CSS.supports("overflow-anchor: auto"),ro=()=>!dt()||il();var Ue={capture:!0,passive:!0},Pt=class{constructor(e){this.host=e,this._touch=null,this.inMotion=()=>this._touch!==null&&this._touch.phase!=="lateFling",this.dragging=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved},this.tail=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="tail"?this._touch.moved?"fling":"tap":null},this.onScroll=({isScrolling:t,ownReadBack:s,moved:o,external:i})=>{var r,l,a;return t&&((r=this._touch)==null?void 0:r.phase)==="tail"?this._openTail(this._touch.moved||!s,!1):((l=this._touch)==null?void 0:l.phase)==="lateFling"&&(this.host.now()>this._touch.until?this._touch=null:i&&t&&o&&this._openTail(!0,!1)),!s&&t&&o&&((a=this._touch)==null?void 0:a.phase)==="down"?(this._touch.moved=!0,!0):!1},this.touchStart=()=>{this.end(),this._touch={phase:"down",moved:!1}},this.touchEnd=()=>{var t;let s=((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved;this.end(),this._openTail(s,s)},this.end=()=>{var t;let s=this.host.getWindow();((t=this._touch)==null?void 0:t.phase)==="tail"&&s!=null&&s.clearTimeout(this._touch.timerId),this._touch=null},this.listen=t=>{let s=()=>this.touchStart(),o=()=>this.touchEnd();return t.addEventListener("touchstart",s,Ue),t.addEventListener("touchend",o,Ue),t.addEventListener("touchcancel",o,Ue),()=>{t.removeEventListener("touchstart",s,Ue),t.removeEventListener("touchend",o,Ue),t.removeEventListener("touchcancel",o,Ue),this.end()}},this._openTail=(t,s)=>{let o=this.host.getWindow();if(o==null)return;this.end();let i={phase:"tail",moved:t,awaitingFling:s,timerId:o.setTimeout(()=>{if(this.host.tailStillMoving()){this._openTail(i.moved,i.awaitingFling);return}this._touch=i.awaitingFling?{phase:"lateFling",until:this.host.now()+1e3}:null,this.host.onTailClosed()},150)};this._touch=i}}get touch(){return this._touch}};var lo=n=>{let{clientWidth:e,clientHeight:t}=n;return{width:e,height:t}},uo=n=>{let e=new Set;return{schedule:t=>{let s=n.requestAnimationFrame(()=>{e.delete(s),t()});e.add(s)},cancel:()=>{e.forEach(t=>n.cancelAnimationFrame(t)),e.clear()}}},rl=n=>n,ll=n=>{let e=n.overscan*Math.max(n.lanes??1,1),t=Math.max(n.startIndex-e,0),o=Math.min(n.endIndex+e,n.count-1)-t+1,i=new Array(o);for(let r=0;r<o;r++)i[r]=t+r;return i},ho=(n,e)=>{let t=n.scrollElement;if(!t)return;let s=n.targetWindow;if(!s)return;let o=l=>{let{width:a,height:d}=l;e({width:Math.round(a),height:Math.round(d)})};if(o(lo(t)),!s.ResizeObserver)return()=>{};let i=uo(s),r=new s.ResizeObserver(()=>{let l=()=>{o(lo(t))};n.options.useAnimationFrameWithResizeObserver?i.schedule(l):l()});return r.observe(t,{box:"content-box"}),()=>{r.unobserve(t),i.cancel()}},ao={passive:!0};var al=typeof window>"u"?!0:"onscrollend"in window,dl=(n,e,t)=>{let s=n.scrollElement;if(!s)return;let o=n.targetWindow;if(!o)return;let i=n.options.useScrollendEvent&&al,r=0,l=i?null:to(o,()=>e(t(s),!1),n.options.isScrollingResetDelay),a=h=>()=>{r=t(s),l?.(),e(r,h)},d=a(!0),u=a(!1);return s.addEventListener("scroll",d,ao),i&&s.addEventListener("scrollend",u,ao),()=>{s.removeEventListener("scroll",d),i&&s.removeEventListener("scrollend",u),l?.cancel()}},po=(n,e)=>dl(n,e,t=>{let{horizontal:s,isRtl:o}=n.options;return s?t.scrollLeft*(o&&-1||1):t.scrollTop});var cl=(n,e,t)=>{if(t.options.useCachedMeasurements){let s=t.indexFromElement(n),o=t.options.getItemKey(s);return t.itemSizeCache.get(o)??t.options.estimateSize(s)}if(e?.borderBoxSize){let s=e.borderBoxSize[0];if(s)return Math.round(s[t.options.horizontal?"inlineSize":"blockSize"])}if(!e){let s=t.indexFromElement(n),o=t.options.getItemKey(s),i=t.itemSizeCache.get(o);if(i!==void 0)return i}return n[t.options.horizontal?"offsetWidth":"offsetHeight"]},ul=(n,{adjustments:e=0,behavior:t},s)=>{var o;let{scrollElement:i,options:r}=s,l=n+e,a=r.horizontal&&r.isRtl&&i!==null&&"ownerDocument"in i;(o=i?.scrollTo)==null||o.call(i,{[r.horizontal?"left":"top"]:a?-l:l,behavior:t})};var mo=ul,co=(n,e)=>n==="smooth"?e?"smoothLanded":"smooth":"instant",ct=n=>n?.phase==="smooth"||n?.phase==="smoothLanded";function hl(n,e,t,s){if(e===0)return!1;let o=s(0),i=new Set,r=0;for(;r<n;){let a=t(r);if(a===o)break;i.add(a),r++}let l=n-r;if(l===0||l>=e)return!1;for(let a=0;a<l;a++)if(s(a)!==t(r+a))return!1;for(let a=l;a<e;a++)if(i.has(s(a)))return!1;return!0}var Ft=class{constructor(e){this.unsubs=[],this.scrollElement=null,this.targetWindow=null,this.isScrolling=!1,this.scrollState=null,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache=new Map,this.itemSizeCacheVersion=0,this.laneAssignments=new Map,this.pendingMin=null,this.prevLanes=void 0,this.lanesChangedFlag=!1,this.lanesSettling=!1,this.pendingScrollAnchor=null,this.scrollRect=null,this.scrollOffset=null,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._iosGesture=new Pt({getWindow:()=>this.targetWindow,now:()=>this.now(),tailStillMoving:()=>{let t=this.scrollState;if(t?.phase!=="queued"||this.pendingWrite!==null)return!1;let s=this._readElementOffset();return s===null||this._lastElementOffset===null||Math.abs(s-this._lastElementOffset)<1?!1:(this._lastElementOffset=s,t.samples=[...t.samples??[],{t:this.now(),offset:s}],!0)},onTailClosed:()=>{let t=this.scrollState;t?.phase==="queued"&&io(t.samples??[])&&(this.scrollState=null),this._flushHoldIfReady(!0),this._writeAwaitingCommand(),this._retryClampedAdjustment()}}),this._lastElementOffset=null,this.pendingWrite=null,this._clampedAdjustment=null,this.elementsCache=new Map,this._resizeBatch=null,this.now=()=>{var t,s,o;return((o=(s=(t=this.targetWindow)==null?void 0:t.performance)==null?void 0:s.now)==null?void 0:o.call(s))??Date.now()},this.observer=(()=>{let t=null,s=null,o=!1,i=!1,r=new Set,l=()=>{if(t)return t;let d=this.targetWindow;if(!d||!d.ResizeObserver)return null;let u=s=uo(d);return t=new d.ResizeObserver(h=>{let p=()=>{let g={sync:!1};this._resizeBatch=g;try{h.forEach(a)}finally{this._resizeBatch=null,g.notify&&(this.notify(g.sync),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment(),this.measureElement(null))}};if(this.options.useAnimationFrameWithResizeObserver)u.schedule(p);else{o=!0;try{p()}finally{o=!1}}})},a=d=>{let u=d.target,h=this.indexFromElement(u);if(!u.isConnected){this.observer.unobserve(u);for(let[p,g]of this.elementsCache)if(g===u){this.elementsCache.delete(p);break}return}this.isIndexInRange(h)&&this.shouldMeasureDuringScroll(h)&&this.resizeItem(h,this.options.measureElement(u,d,this))};return{disconnect:()=>{var d;(d=l())==null||d.disconnect(),s?.cancel(),r.clear(),i=!1,t=null,s=null},observe:d=>{let u=l();if(u){if(!o){u.observe(d,{box:"border-box"});return}r.add(d),i||(i=!0,s?.schedule(()=>{i=!1,r.forEach(h=>{h.isConnected&&t?.observe(h,{box:"border-box"})}),r.clear()}))}},unobserve:d=>{var u;r.delete(d),(u=l())==null||u.unobserve(d)}}})(),this.range=null,this.setOptions=t=>{var s;let o={debug:!1,initialOffset:0,overscan:1,paddingStart:0,paddingEnd:0,scrollPaddingStart:0,scrollPaddingEnd:0,horizontal:!1,getItemKey:rl,rangeExtractor:ll,onChange:()=>{},measureElement:cl,initialRect:{width:0,height:0},scrollMargin:0,gap:0,indexAttribute:"data-index",initialMeasurementsCache:[],lanes:1,anchorTo:"start",followOnAppend:!1,scrollEndThreshold:1,isScrollingResetDelay:150,enabled:!0,isRtl:!1,useScrollendEvent:!1,useAnimationFrameWithResizeObserver:!1,laneAssignmentMode:"estimate",useCachedMeasurements:!1};for(let u in t){let h=t[u];h!==void 0&&(o[u]=h)}let i=this.options,r=null,l=null,a=!1;if(i!==void 0&&i.enabled&&o.enabled&&o.anchorTo==="end"&&this.scrollElement!==null){let u=i.count,h=o.count,p=this.getMeasurements(),g=((s=this._singleLaneMeasurements)==null?void 0:s.items)??p,y=x=>Zn(g[x]),E=u>0?y(0):null,L=u>0?y(u-1):null;if(h!==u||u>0&&h>0&&(o.getItemKey(0)!==E||o.getItemKey(h-1)!==L)){a=!0;let x=u>0?this.getVirtualItemForOffset(this.getScrollOffset())??p[0]:null;x&&(r=[x.key,this.getScrollOffset()-x.start]);let B=o.followOnAppend===!0?"auto":o.followOnAppend||null;B&&h>0&&this.isAtEnd(i.scrollEndThreshold)&&(u===0||o.getItemKey(h-1)!==L)&&(h>u||hl(u,h,y,o.getItemKey))&&(l=B)}}this.options=o,a&&(this.pendingMin=0,this.itemSizeCacheVersion++);let d=null;if(r&&this.scrollOffset!==null&&!this._awaitingCommandReadBack()){let[u,h]=r,p=this.getMeasurements(),{count:g,getItemKey:y}=this.options,E=0;for(;E<g&&y(E)!==u;)E++;if(E<g){let L=p[E];if(L){let O=Math.max(0,L.start+h);!l&&O!==this.scrollOffset&&(d=O-this.scrollOffset,this.scrollOffset=O)}}}l?this.pendingScrollAnchor={kind:"follow",behavior:l}:d!==null&&(this._canWriteScroll()?this.pendingScrollAnchor={kind:"anchor",delta:d}:(this._holdOffset+=d,this._followOffsetTarget(d)))},this.notify=t=>{var s,o;(o=(s=this.options).onChange)==null||o.call(s,this,t)},this.maybeNotify=xe(()=>(this.calculateRange(),[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]),t=>{this.notify(t)},{key:!1,debug:()=>this.options.debug,initialDeps:[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]}),this.cleanup=()=>{var t;this.unsubs.filter(Boolean).forEach(s=>s()),this.unsubs=[],this.observer.disconnect(),this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null,(t=this._momentumStop)==null||t.restore(),this._momentumStop=null,this.isScrolling=!1,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._clampedAdjustment=null,this.pendingWrite=null,this.scrollElement=null,this.targetWindow=null},this._didMount=()=>()=>{this.cleanup()},this._willUpdate=()=>{var t;let s=this.options.enabled?this.options.getScrollElement():null;if(this.scrollElement!==s){if(this.cleanup(),!s){this.maybeNotify();return}this.scrollElement=s,this.scrollElement&&"ownerDocument"in this.scrollElement?this.targetWindow=this.scrollElement.ownerDocument.defaultView:this.targetWindow=((t=this.scrollElement)==null?void 0:t.window)??null,this.elementsCache.forEach(i=>{this.observer.observe(i)}),this.unsubs.push(this.options.observeElementRect(this,i=>{this.scrollRect=i,this.maybeNotify()})),this.unsubs.push(this.options.observeElementOffset(this,(i,r)=>{var l,a,d,u;let h=r?this._elementMaxScrollOffset():null,p=this._reportedOverscroll;this._reportedOverscroll=i<0||h!==null&&i>h+1;let g=i;this._lastElementOffset=g,i=this._toLayoutOffset(i);let y=this._classifyScrollEvent(i,r,h);if(y==="spurious")return;y==="readBack"?i=this.pendingWrite.target:y==="clampedReadBack"&&((l=this.scrollState)==null?void 0:l.index)!=null&&i<this.getMaxScrollOffset()-1.5?this.scrollState.lastTargetOffset=i:no({kind:y,offset:i,command:this.scrollState,target:()=>this.getScrollStateTarget(this.scrollState)})&&(this.scrollState=null),this.pendingWrite=null,this._clampedAdjustment!==null&&Math.abs(i-this._clampedAdjustment.maxAtWrite)>=1.5&&(this._clampedAdjustment=null);let E=this.getScrollOffset(),L=this.scrollDirection;this.scrollDirection=r?E===i?this.scrollDirection:E<i?"forward":"backward":null,this.scrollOffset=i,this.isScrolling=r;let O=this.scrollState;if(O?.phase==="queued"&&y==="external"&&r)if(p||this._reportedOverscroll)O.samples=[];else{let w=this.now();O.samples=[...(O.samples??[]).filter(x=>w-x.t<=200),{t:w,offset:g}],(L!==null&&this.scrollDirection!==L||oo(O.samples))&&(this.scrollState=null)}this._iosGesture.onScroll({isScrolling:r,ownReadBack:y==="readBack",moved:i!==E,external:y==="external"&&((a=this.scrollState)==null?void 0:a.phase)!=="smooth"&&((d=this.scrollState)==null?void 0:d.phase)!=="smoothFinishing"})&&((u=this.scrollState)==null?void 0:u.phase)==="queued"&&(this.scrollState=null),this._flushHoldIfReady(!0),this.scrollState&&this.scheduleScrollReconcile(),this.maybeNotify()})),"addEventListener"in this.scrollElement&&this.unsubs.push(this._iosGesture.listen(this.scrollElement)),this._scrollToOffset(this.getScrollOffset())}this._noteClampMax();let o=this.pendingScrollAnchor;this.pendingScrollAnchor=null,o&&this.scrollElement&&this.options.enabled&&(o.kind==="anchor"?this._canWriteScroll()?ct(this.scrollState)&&!le(this.getScrollOffset()-o.delta,this.scrollState.lastTargetOffset)||(this._followOffsetTarget(o.delta),this._scrollToOffset(this.getScrollOffset())):(this._holdOffset+=o.delta,this._followOffsetTarget(o.delta),this.notify(!1)):this.scrollToEnd({behavior:o.behavior})),this._flushHoldIfReady(!1),this._retryClampedAdjustment()},this._classifyScrollEvent=(t,s,o)=>{var i;return so({offset:t,isScrolling:s,elementMax:o,holdOffset:this._holdOffset,scrollOffset:this.scrollOffset,pendingWrite:this.pendingWrite,clampedMaxAtWrite:((i=this._clampedAdjustment)==null?void 0:i.maxAtWrite)??null})},this._retryClampedAdjustment=()=>{if(this._clampedAdjustment===null||!this.scrollElement||!this.options.enabled||!this._canWriteScroll())return;let{target:t,maxAtWrite:s}=this._clampedAdjustment,o=this.getMaxScrollOffset();o>s+.5&&(this._clampedAdjustment=t>o+.5?{target:t,maxAtWrite:o}:null,this._scrollToOffset(t))},this._writeAwaitingCommand=()=>{let t=this.scrollState;if(t===null||t.phase!=="queued")return;let{behavior:s}=t;this.getMeasurements();let o=this.getScrollStateTarget(t);t.lastTargetOffset=o,this._clampedAdjustment=null,t.phase=co(s,t.index!=null&&le(o,this.getScrollOffset())),this._scrollToOffset(o,{behavior:s}),this.scheduleScrollReconcile()},this._readElementOffset=()=>{let t=this.scrollElement;if(t==null)return null;let{horizontal:s,isRtl:o}=this.options;return typeof t.scrollTop=="number"?s?t.scrollLeft*(o&&-1||1):t.scrollTop:typeof t.scrollY=="number"?s?t.scrollX:t.scrollY:null},this._canWriteScroll=()=>!(dt()&&this._iosGesture.inMotion())&&!this._reportedOverscroll,this._flushHoldIfReady=t=>{var s;if(this._holdOffset===0||!this.scrollElement||!this.options.enabled||!this._canWriteScroll()||((s=this.scrollState)==null?void 0:s.phase)==="smooth")return;this._holdOffset=0,this.scrollOffset!==null&&this.scrollOffset<0&&(this.scrollOffset=0),this.notify(t);let o=this.getCommandWrittenOffset()??this.getScrollOffset();this._clampedAdjustment=this._clampedBy(o),this._scrollToOffset(o)},this.rafId=null,this.getSize=()=>this.options.enabled?(this.scrollRect=this.scrollRect??this.options.initialRect,this.scrollRect[this.options.horizontal?"width":"height"]):(this.scrollRect=null,0),this.getScrollOffset=()=>this.options.enabled?(this.scrollOffset=this.scrollOffset??(typeof this.options.initialOffset=="function"?this.options.initialOffset():this.options.initialOffset),this.scrollOffset):(this.scrollOffset=null,0),this.getMeasurementOptions=xe(()=>[this.options.count,this.options.paddingStart,this.options.scrollMargin,this.options.getItemKey,this.options.enabled,this.options.lanes,this.options.laneAssignmentMode,this.options.gap],(t,s,o,i,r,l,a,d)=>(this.prevLanes!==void 0&&this.prevLanes!==l&&(this.lanesChangedFlag=!0),this.prevLanes=l,this.pendingMin=null,{count:t,paddingStart:s,scrollMargin:o,getItemKey:i,enabled:r,lanes:l,laneAssignmentMode:a,gap:d}),{key:!1}),this.isIndexInRange=t=>t>=0&&t<this.options.count,this.getMeasurements=xe(()=>[this.getMeasurementOptions(),this.itemSizeCacheVersion],({count:t,paddingStart:s,scrollMargin:o,getItemKey:i,enabled:r,lanes:l,laneAssignmentMode:a,gap:d},u)=>{var h;let p=this.itemSizeCache;if(!r)return this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),[];if(this.laneAssignments.size>t)for(let w of this.laneAssignments.keys())w>=t&&this.laneAssignments.delete(w);this.lanesChangedFlag&&(this.lanesChangedFlag=!1,this.lanesSettling=!0,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.pendingMin=null),this.measurementsCache.length===0&&!this.lanesSettling&&(this.measurementsCache=this.options.initialMeasurementsCache,this.measurementsCache.forEach(w=>{this.itemSizeCache.set(w.key,w.size)}));let g=this.lanesSettling?0:this.pendingMin??0;if(this.pendingMin=null,this.lanesSettling&&this.measurementsCache.length===t&&(this.lanesSettling=!1),l===1){let w=t*2,x=(h=this._singleLaneMeasurements)==null?void 0:h.flat;if(!x||x.length<w){let C=new Float64Array(w);x&&g>0&&C.set(x.subarray(0,g*2)),x=C}let B=g===0?new Array(t):this._singleLaneMeasurements.items.slice(),A;if(g===0)A=s+o;else{let C=g-1;A=x[C*2]+x[C*2+1]+d}for(let C=g;C<t;C++){let P=i(C);B[C]=P;let ee=p.get(P),te=typeof ee=="number"?ee:this.options.estimateSize(C);x[C*2]=A,x[C*2+1]=te,A+=te+d}this._singleLaneMeasurements={flat:x,items:B};let F=eo(B,x);return this.measurementsCache=F,F}let y=this.measurementsCache.slice(0,g),E=new Array(l).fill(void 0),L=new Float64Array(l),O=0;for(let w=0;w<g;w++){let x=y[w];x&&(E[x.lane]===void 0&&O++,E[x.lane]=w,L[x.lane]=x.end)}for(let w=g;w<t;w++){let x=i(w),B=this.laneAssignments.get(w),A,F,C=a==="estimate"||p.has(x);if(B!==void 0&&this.options.lanes>1){A=B;let de=E[A],J=de!==void 0?y[de]:void 0;F=J?J.end+d:s+o}else if(O===l){let de=0,J=L[0],Ye=E[0];for(let ne=1;ne<l;ne++){let Qe=L[ne];(Qe<J||Qe===J&&E[ne]<Ye)&&(de=ne,J=Qe,Ye=E[ne])}A=de,F=J+d,C&&this.laneAssignments.set(w,A)}else A=w%this.options.lanes,F=s+o,C&&this.laneAssignments.set(w,A);let P=p.get(x),ee=typeof P=="number"?P:this.options.estimateSize(w),te=F+ee;y[w]={index:w,start:F,size:ee,end:te,key:x,lane:A},E[A]===void 0&&O++,E[A]=w,L[A]=te}return this.measurementsCache=y,y},{key:!1,debug:()=>this.options.debug}),this.calculateRange=xe(()=>[this.getMeasurements(),this.getSize(),this.getScrollOffset(),this.options.lanes,this._getLayoutTotalSize()+this.options.scrollMargin],(t,s,o,i,r)=>{if(t.length===0||s===0)return this.range=null,null;let l=Math.max(r-s,0);return this.range=ml(t,s,Math.min(o,l),i,i===1&&this._singleLaneMeasurements!==null?this._singleLaneMeasurements.flat:null),this.range},{key:!1,debug:()=>this.options.debug}),this.getVirtualIndexes=xe(()=>{let t=null,s=null,o=this.calculateRange();return o&&(t=o.startIndex,s=o.endIndex),this.maybeNotify.updateDeps([this.isScrolling,t,s]),[this.options.rangeExtractor,this.options.overscan,this.options.count,t,s,this.options.lanes]},(t,s,o,i,r,l)=>i===null||r===null?[]:t({startIndex:i,endIndex:r,overscan:s,count:o,lanes:l}),{key:!1,debug:()=>this.options.debug}),this.indexFromElement=t=>{let s=this.options.indexAttribute,o=t.getAttribute(s);return o?parseInt(o,10):(console.warn(`Missing attribute name '${s}={index}' on measured element.`),-1)},this.shouldMeasureDuringScroll=t=>{var s;if(!ct(this.scrollState))return!0;let o=this.scrollState.index??((s=this.getVirtualItemForOffset(this.scrollState.lastTargetOffset))==null?void 0:s.index);if(o!==void 0&&this.range){let i=Math.max(this.options.overscan,Math.ceil((this.range.endIndex-this.range.startIndex)/2)),r=Math.max(0,o-i),l=Math.min(this.options.count-1,o+i);return t>=r&&t<=l}return!0},this.measureElement=t=>{if(!t){this.elementsCache.forEach((r,l)=>{r.isConnected||(this.observer.unobserve(r),this.elementsCache.delete(l))});return}let s=this.indexFromElement(t);if(!this.isIndexInRange(s))return;let o=this.options.getItemKey(s),i=this.elementsCache.get(o);i!==t&&(i&&this.observer.unobserve(i),this.observer.observe(t),this.elementsCache.set(o,t)),t.isConnected&&(!this.isScrolling||this.scrollState)&&this.shouldMeasureDuringScroll(s)&&this.resizeItem(s,this.options.measureElement(t,void 0,this))},this.resizeItem=(t,s)=>{var o,i,r;if(!this.isIndexInRange(t))return;(o=this._resizeBatch)!=null&&o.sync&&this.getMeasurements();let l,a,d,u=(i=this._singleLaneMeasurements)==null?void 0:i.flat;if(this.options.lanes===1&&u!=null)d=this.options.getItemKey(t),a=u[t*2],l=u[t*2+1];else{let g=this.measurementsCache[t];if(!g)return;d=g.key,a=g.start,l=g.size}let h=this.itemSizeCache.get(d)??l,p=s-h;if(p!==0){let g=this.options.anchorTo==="end"&&!ct(this.scrollState)&&this.getVirtualDistanceFromEnd()<=this.options.scrollEndThreshold,y=g?this._getLayoutTotalSize():0,E=this.getScrollOffset(),O=!this.itemSizeCache.has(d)?a<E:a+h<=E&&this.scrollDirection!=="backward",w=!ct(this.scrollState)&&(this.shouldAdjustScrollPositionOnItemSizeChange!==void 0?this.shouldAdjustScrollPositionOnItemSizeChange(this.measurementsCache[t]??{index:t,key:d,start:a,size:l,end:a+l,lane:0},p,this):O);(this.pendingMin===null||t<this.pendingMin)&&(this.pendingMin=t),this.itemSizeCache.set(d,s),this.itemSizeCacheVersion++;let x=!1;if(this._awaitingCommandReadBack()||(g?x=this.applyScrollAdjustment(this._getLayoutTotalSize()-y):w&&(x=this.applyScrollAdjustment(p))),this._resizeBatch){this._resizeBatch.notify=!0,(r=this._resizeBatch).sync||(r.sync=x);return}this.notify(x),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment()}},this.getVirtualItems=xe(()=>[this.getVirtualIndexes(),this.getMeasurements(),this._holdOffset],(t,s,o)=>{let i=[];for(let r=0,l=t.length;r<l;r++){let a=t[r],d=s[a];i.push(o===0?d:{...d,start:d.start-o,end:d.end-o})}return i},{key:!1,debug:()=>this.options.debug}),this.getVirtualItemForOffset=t=>{var s;let o=this.getMeasurements();if(o.length===0)return;let i=(s=this._singleLaneMeasurements)==null?void 0:s.flat,r=this.options.lanes===1&&i!=null,l=fo(0,o.length-1,r?a=>i[a*2]:a=>Cs(o[a]).start,t);return Cs(o[l])},this._noteClampMax=()=>{if(!this._awaitingCommandReadBack())return;let t=this._elementMaxScrollOffset();if(t===null)return;let s=this.pendingWrite,o=Math.max(t,0)+this._holdOffset;if(o>=s.target)return;let i=s.lowMaxes??(s.lowMaxes=[]);i[i.length-1]!==o&&i.push(o)},this.getMaxScrollOffset=()=>(this._elementMaxScrollOffset()??0)+this._holdOffset,this._toLayoutOffset=t=>{var s;let o=t+this._holdOffset;return((s=this.pendingScrollAnchor)==null?void 0:s.kind)==="anchor"&&(o+=this.pendingScrollAnchor.delta),o},this._elementMaxScrollOffset=()=>{let t=this.scrollElement;if(t===null)return null;if("scrollHeight"in t)return this.options.horizontal?t.scrollWidth-t.clientWidth:t.scrollHeight-t.clientHeight;if("document"in t){let s=t.document.documentElement;return this.options.horizontal?s.scrollWidth-t.innerWidth:s.scrollHeight-t.innerHeight}return null},this._momentumStop=null,this._stopMomentum=t=>{let s=this.scrollElement,o=this.targetWindow;if(s===null||o===null)return;let i="document"in s?s.document.scrollingElement:s;if(!i?.style)return;if(this._momentumStop){this._momentumStop.done=t;return}let{style:r}=i,l=this.options.horizontal?"overflow-x":"overflow-y",a=r.getPropertyValue(l),d=r.getPropertyPriority(l),u=()=>this.options.horizontal?i.clientHeight:i.clientWidth,h=u();if(r.setProperty(l,"hidden","important"),u()!==h){r.setProperty(l,a,d);return}let p={restore:()=>r.getPropertyValue(l)!=="hidden"||r.getPropertyPriority(l)!=="important"?!1:(r.setProperty(l,a,d),!0),done:t};this._momentumStop=p,o.requestAnimationFrame(()=>o.requestAnimationFrame(()=>{this._momentumStop===p&&(this._momentumStop=null,p.restore()&&p.done())}))},this._clampedBy=t=>{let s=this._elementMaxScrollOffset();if(s===null)return null;let o=s+this._holdOffset;return t>o+.5?{target:t,maxAtWrite:o}:null},this.getVirtualDistanceFromEnd=()=>Math.max(this._getLayoutTotalSize()+this.options.scrollMargin-this.getSize()-this.getScrollOffset(),0),this.getDistanceFromEnd=()=>Math.max(this.getMaxScrollOffset()-this.getScrollOffset(),0),this.isAtEnd=(t=this.options.scrollEndThreshold)=>this.getDistanceFromEnd()<=t,this.getOffsetForAlignment=(t,s,o=0)=>{if(!this.scrollElement)return 0;let i=this.getSize(),r=this.getScrollOffset();s==="auto"&&(s=t>=r+i?"end":"start"),s==="center"?t+=(o-i)/2:s==="end"&&(t-=i);let l=this.getMaxScrollOffset();return Math.max(Math.min(l,t),0)},this.getOffsetForIndex=(t,s="auto")=>{t=Math.max(0,Math.min(t,this.options.count-1));let o=this.getSize(),i=this.getScrollOffset(),r=this.getMeasurements()[t];if(!r)return;if(s==="auto")if(r.end>=i+o-this.options.scrollPaddingEnd)s="end";else if(r.start<=i+this.options.scrollPaddingStart)s="start";else return[i,s];if(s==="end"&&t===this.options.count-1){let a=this.getMaxScrollOffset(),d=a-this.options.paddingEnd+this.options.scrollPaddingEnd;return[Math.max(Math.min(d,a),0),s]}let l=s==="end"?r.end+this.options.scrollPaddingEnd:r.start-this.options.scrollPaddingStart;return[this.getOffsetForAlignment(l,s,r.size),s]},this.scrollToOffset=(t,{align:s="start",behavior:o="auto"}={})=>{this._startScroll({index:null,align:s},this.getOffsetForAlignment(t,s),o,"absolute")},this.scrollToIndex=(t,{align:s="auto",behavior:o="auto"}={})=>{t=Math.max(0,Math.min(t,this.options.count-1));let i=this.getOffsetForIndex(t,s);if(!i)return;let[r,l]=i;this._startScroll({index:t,align:l},r,o,"absolute")},this.scrollBy=(t,{behavior:s="auto"}={})=>{let o=this.getOffsetForAlignment((this.getCommandWrittenOffset()??this.getScrollOffset())+t,"start");this._startScroll({index:null,align:"start"},o,s,"relative")},this.scrollToEnd=({behavior:t="auto"}={})=>{if(this.options.count>0){this._startScroll({index:this.options.count-1,align:"end",toEnd:!0},Math.max(this.getMaxScrollOffset(),0),t,"absolute");return}this.scrollToOffset(Math.max(this.getTotalSize()-this.getSize(),0),{behavior:t})},this.cancelScroll=()=>{this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null},this.getTotalSize=()=>Math.max(this._getLayoutTotalSize()-this._holdOffset,0),this._getLayoutTotalSize=()=>{var t,s;let o=this.getMeasurements(),i;if(o.length===0)i=this.options.paddingStart;else if(this.options.lanes===1){let r=o.length-1,l=(t=this._singleLaneMeasurements)==null?void 0:t.flat;l!=null?i=l[r*2]+l[r*2+1]:i=((s=o[r])==null?void 0:s.end)??0}else{let r=Array(this.options.lanes).fill(null),l=o.length-1;for(;l>=0&&r.some(a=>a===null);){let a=o[l];r[a.lane]===null&&(r[a.lane]=a.end),l--}i=Math.max(...r.filter(a=>a!==null))}return Math.max(i-this.options.scrollMargin+this.options.paddingEnd,0)},this.takeSnapshot=()=>{let t=[];if(this.itemSizeCache.size===0)return t;let s=this.getMeasurements();for(let o of s)o&&this.itemSizeCache.has(o.key)&&t.push({index:o.index,key:o.key,start:o.start,size:o.size,end:o.end,lane:o.lane});return t},this._scrollToOffset=(t,{adjustments:s,behavior:o}={})=>{let i={target:t+(s??0),smooth:o==="smooth"};return this.pendingWrite=i,this.options.scrollToFn(t-this._holdOffset,{behavior:o,adjustments:s},this),i},this.getCommandWrittenOffset=()=>this.scrollState!==null&&this.pendingWrite!==null&&!this.pendingWrite.smooth?this.pendingWrite.target:null,this._awaitingCommandReadBack=()=>{let t=this.getCommandWrittenOffset();return!(dt()&&this._iosGesture.dragging())&&t!==null&&!le(t,this.getScrollOffset())},this._followOffsetTarget=t=>{this.scrollState!==null&&this.scrollState.index==null&&(this.scrollState.lastTargetOffset+=t)},this.measure=()=>{this.pendingMin=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.itemSizeCacheVersion++,this.notify(!1)},this.setOptions(e)}get scrollAdjustments(){return 0}applyScrollAdjustment(e,t){if(e===0)return!1;if(this._followOffsetTarget(e),this._canWriteScroll()){let s=this.getScrollOffset();this._clampedAdjustment=this._clampedBy(s+e);let o=this._scrollToOffset(s,{adjustments:e,behavior:t});return this.scrollOffset!==null&&(this.pendingWrite===o&&(this.scrollOffset+=e),this.scrollOffset<0&&(this.scrollOffset=0)),!0}else return this._holdOffset+=e,this.scrollOffset!==null&&(this.scrollOffset+=e),!0}scheduleScrollReconcile(){if(!this.targetWindow){this.scrollState=null;return}this.rafId==null&&(this.rafId=this.targetWindow.requestAnimationFrame(()=>{this.rafId=null,this.reconcileScroll()}))}getScrollStateTarget(e){let t=e.toEnd?[Math.max(this.getMaxScrollOffset(),0)]:e.index!=null?this.getOffsetForIndex(e.index,e.align):void 0;return t?t[0]:e.lastTargetOffset}reconcileScroll(){if(!this.scrollState||!this.scrollElement)return;if(this.now()-this.scrollState.startedAt>5e3){this.scrollState=null;return}if(this.scrollState.phase==="queued"){this.scheduleScrollReconcile();return}this.getMeasurements();let s=this.getScrollStateTarget(this.scrollState),o=this.scrollState.index==null?1:this.options.useAnimationFrameWithResizeObserver?3:2,i=s!==this.scrollState.lastTargetOffset;if(!i&&le(s,this.getScrollOffset())){if(this.scrollState.phase==="smooth"?this.scrollState.phase="smoothLanded":this.scrollState.phase==="smoothFinishing"&&(this.scrollState.phase="instant"),this.scrollState.stableFrames++,this.scrollState.stableFrames>=o){this.getScrollOffset()!==s&&this._scrollToOffset(s,{behavior:"auto"}),this.scrollState=null;return}}else if(this.scrollState.stableFrames=0,i){let r=this.getSize()||600,l=Math.abs(s-this.getScrollOffset()),a=ct(this.scrollState)&&l>r;this.scrollState.lastTargetOffset=s,a?this.scrollState.phase="smooth":this.scrollState.phase==="smooth"?this.scrollState.phase="smoothFinishing":this.scrollState.phase==="smoothLanded"&&(this.scrollState.phase="instant"),this._scrollToOffset(s,{behavior:a?"smooth":"auto"})}this.scheduleScrollReconcile()}_startScroll(e,t,s,o){this.pendingScrollAnchor=null,this._clampedAdjustment=null;let i=this._iosGesture.tail();if(o==="absolute"&&i!==null){if(i==="fling"&&ro()){this._stopMomentum(()=>{let r=this.scrollState;r?.phase!=="queued"||this._iosGesture.tail()!=="fling"||this._reportedOverscroll||(this._iosGesture.end(),this._flushHoldIfReady(!0),this._writeAwaitingCommand())}),this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,phase:"queued",behavior:s,samples:[]},this.scheduleScrollReconcile();return}this._iosGesture.end()}this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,behavior:s,phase:co(s,e.index!=null&&le(t,this.getScrollOffset()))},this._scrollToOffset(t,{behavior:s}),this.scheduleScrollReconcile()}},fo=(n,e,t,s)=>{for(;n<=e;){let o=(n+e)/2|0,i=t(o);if(i<s)n=o+1;else if(i>s)e=o-1;else return o}return n>0?n-1:0};function pl(n,e,t){let s=0;for(;s<=e;){let o=(s+e)/2|0,i=n[o*2];if(i<t)s=o+1;else if(i>t)e=o-1;else return o}return s>0?s-1:0}function ml(n,e,t,s,o){let i=n.length-1;if(n.length<=s)return{startIndex:0,endIndex:i};if(s===1&&o!==null){let d=pl(o,i,t),u=d,h=t+e;for(;u<i&&o[u*2]+o[u*2+1]<h;)u++;return{startIndex:d,endIndex:u}}let l=fo(0,i,d=>n[d].start,t),a=l;if(s===1)for(;a<i&&n[a].end<t+e;)a++;else if(s>1){let d=Array(s).fill(0);for(;a<i&&d.some(h=>h<t+e);){let h=n[a];d[h.lane]=h.end,a++}let u=Array(s).fill(t+e);for(;l>=0&&u.some(h=>h>=t);){let h=n[l];u[h.lane]=h.start,l--}l=Math.max(0,l-l%s),a=Math.min(i,a+(s-1-a%s))}return{startIndex:l,endIndex:a}}var go=10,fl=new Map([["ArrowUp",-1],["ArrowDown",1],["k",-1],["j",1],["g",-1/0],["G",1/0],["PageUp",-go],["PageDown",go],["Home",-1/0],["End",1/0]]),zt=class{constructor(e,t,s,o){this.store=e;this.rowModel=t;this.grid=s;this.events=o}press(e){let t=fl.get(e.key);if(e.ctrlKey||e.metaKey)return e.key.toLowerCase()==="a"?(this.rowModel.selectAll(),!0):t!==void 0&&this.move(t,e.shiftKey,!0);if(t!==void 0)return this.move(t,e.shiftKey,!1);let{active:s}=this.rowModel;if(e.key==="ArrowRight"||e.key==="ArrowLeft")return this.alongTree(s,e.key==="ArrowRight");let o=this.keys[e.key==="Delete"&&e.shiftKey?"C":e.key];return o?.(s),o!==void 0}keys={" ":e=>{e!==null&&this.rowModel.toggle(e)},Enter:e=>{e!==null&&this.grid.open(e)},c:()=>{this.stopSelected(!1)},Delete:()=>{this.stopSelected(!1)},Backspace:()=>{this.stopSelected(!1)},C:()=>{this.stopSelected(!0)},X:()=>{this.events.stopQueued()},R:()=>{this.events.retry(V(this.rowModel.meant))},"*":()=>{this.rowModel.selectAll()},f:()=>{this.rowModel.cycleStatus(1)},F:()=>{this.rowModel.cycleStatus(-1)},s:()=>{this.rowModel.cycleSort()},S:()=>{this.rowModel.reverseSort()},"/":()=>{this.events.search()},"?":()=>{this.events.help()},Escape:()=>{this.rowModel.clearSelection()}};move(e,t,s){let{rowModel:o}=this,i=o.active,r=o.move(e);return r!==null&&t?(i!==null&&o.selection.size===0&&o.selectOnly(i),o.extendTo(r)):r!==null&&!s&&o.selectOnly(r),this.grid.reveal(),!0}alongTree(e,t){let{rowModel:s}=this;if(e===null||!s.groupsAreListed||!this.store.hasGroups)return!1;let o=this.store.group(e),i=o!==void 0&&!s.isFolded(o);return o!==void 0&&t!==i?s.fold(e,!t):o!==void 0&&t?this.goTo(s.move(1)):o===void 0&&!t&&this.grid.levelOf(e)>1&&this.goTo(this.store.groupOf(e)?.id??null),!0}goTo(e){e!==null&&(this.rowModel.selectOnly(e),this.grid.reveal())}stopSelected(e){this.events.stop(V(this.rowModel.meant),e)}};var _s=[["check","Selected",null],["state","State","state"],["number","#","number"],["name","Task","name"],["worker","Worker","worker"],["now","Now","note"],["cpu","CPU",null],["memory","Memory",null],["time","Time","time"],["doing","Actions",null]],gl=new Set(["cpu","memory"]),yl=16,Dt=class{constructor(e,t){this.rowModel=e;this.events=t;this.node=c("div","scl-row scl-header",{role:"row","aria-rowindex":"1"});for(let[s,[o,i,r]]of _s.entries())this.node.append(this.columnHead(s,o,i,r))}node;heads=new Map;draw(){let{key:e,descending:t}=this.rowModel.sort;for(let[s,o]of this.heads)M(o,"aria-sort",s===e?t?"descending":"ascending":"none")}columnHead(e,t,s,o){let i=c("div",`scl-cell scl-c-${t}`,{role:"columnheader","aria-colindex":String(e+1)});if(o===null)return i.append(c("span",gl.has(t)?"":"scl-unseen",{},s)),i;let r=o==="state",l=c("button","scl-sort",{type:"button",tabindex:r?"0":"-1",title:`Sort by ${s.toLowerCase()}`},c("span",r?"scl-unseen":"",{},s));return l.addEventListener("click",()=>{this.rowModel.sortBy(o),this.events.changed()}),l.addEventListener("keydown",a=>{this.onHeadKey(a,l)}),i.append(l),o==="name"&&i.append(this.resizer()),this.heads.set(o,i),i}onHeadKey(e,t){if(e.key!=="ArrowLeft"&&e.key!=="ArrowRight")return;e.preventDefault();let s=e.key==="ArrowLeft"?-1:1;if(e.shiftKey){this.events.resize(s*yl);return}let o=[...this.node.querySelectorAll(".scl-sort")].filter(r=>r.offsetParent!==null),i=o[o.indexOf(t)+s];i!==void 0&&(t.tabIndex=-1,i.tabIndex=0,i.focus())}resizer(){let e=c("span","scl-resizer",{"aria-hidden":"true",title:"Drag to resize; double-click to fit"}),t=null;return e.addEventListener("pointerdown",s=>{t=s.clientX,e.setPointerCapture(s.pointerId),s.preventDefault()}),e.addEventListener("pointermove",s=>{t!==null&&(this.events.resize(s.clientX-t),t=s.clientX)}),e.addEventListener("pointerup",()=>{t=null}),e.addEventListener("dblclick",()=>{this.events.resize(null)}),e}};var Ge=["number","worker","arguments","usage"];function wo(n,e){return n<(e?560:400)?"narrow":n<560?"middle":"wide"}function bo(n){return n>=860}function Ke(n){return n==="narrow"?44:28}function ut(n){return n==="narrow"?0:26}var vl=56,yo=10,vo=4,Ht=class{columns=yo;get width(){return this.columns}reset(){this.columns=yo}fit(e){let t=Math.min(vl,Math.ceil(e/vo)*vo);return t<=this.columns?!1:(this.columns=t,!0)}};var wl=500,jt=class{constructor(e){this.store=e}numbers=[];madeOf=-1;madeAt=-1/0;before(e){let t=performance.now();if(this.madeOf!==this.store.revision&&t-this.madeAt>=wl){this.numbers=[];for(let i of this.store.rows)Y(i.status)&&this.numbers.push(i.number);this.madeOf=this.store.revision,this.madeAt=t}let s=0,o=this.numbers.length;for(;s<o;){let i=s+o>>1;(this.numbers[i]??1/0)<e?s=i+1:o=i}return s}};var bl=6,Ns=12,xl=.58,Sl=48,kl="42%",qt=class{constructor(e,t,s,o,i,r){this.store=e;this.rowModel=t;this.pending=s;this.glimpses=o;this.view=i;this.events=r;this.queue=new jt(e),this.keys=new zt(e,t,this,r),this.header=new Dt(t,{changed:r.changed,resize:l=>{this.resizeNames(l)}}),this.body=c("div","scl-body",{role:"rowgroup"}),this.empty=c("div","scl-empty"),this.node=c("div","scl-grid",{role:"grid",tabindex:"0","aria-label":"Tasks","aria-multiselectable":"true","aria-colcount":String(_s.length)},c("div","scl-headgroup",{role:"rowgroup"},this.header.node),this.body),this.node.addEventListener("keydown",this.onKey),this.body.addEventListener("click",this.onClick),this.body.addEventListener("dblclick",this.onDoubleClick),this.body.addEventListener("contextmenu",this.onMenu),this.body.addEventListener("pointerenter",()=>{this.rowModel.hold(!0)}),this.body.addEventListener("pointerleave",this.release),this.virtualizer=new Ft({count:0,getScrollElement:()=>this.node,estimateSize:()=>Ke(this.room),scrollPaddingStart:ut(this.room),overscan:bl,initialRect:{width:0,height:Ke(this.room)*Ns},observeElementRect:ho,observeElementOffset:po,scrollToFn:mo,onChange:()=>{this.draw()}}),this.unmount=this.virtualizer._didMount(),this.virtualizer._willUpdate(),this.resized=new ResizeObserver(()=>{this.measure()}),this.resized.observe(this.node)}node;body;empty;header;pool=[];nameColumn=new Ht;queue;keys;resized;room="wide";hasUsage=!1;virtualizer;unmount;idStem=Oe("row");count=-1;get emptyNote(){return this.empty}dispose(){this.unmount(),this.resized.disconnect()}measure(){let e=this.node.clientWidth;this.view.isRoomy=bo(e);let t=wo(e,this.showsUsage),s=this.node.clientHeight-ut(t);this.rowModel.roomFor(Math.max(Ns,Math.floor(s/Ke(t)))),this.view.noteHeight(this.node.style.height),t!==this.room&&(this.room=t,this.count=-1,this.virtualizer.setOptions({...this.virtualizer.options,scrollPaddingStart:ut(t)}),this.virtualizer.measure()),this.events.changed()}resizeNames(e){let t=this.header.node.querySelector(".scl-c-name"),s=this.view.nameWidth??t?.offsetWidth??0;this.view.nameWidth=e===null?null:Math.max(Sl,s+e),this.events.changed()}draw(){this.hasUsage!==this.showsUsage&&(this.hasUsage=this.showsUsage,this.measure());let e=this.rowModel.ids,{room:t}=this;if(e.length!==this.count){this.count=e.length,this.virtualizer.setOptions({...this.virtualizer.options,count:e.length}),this.virtualizer._willUpdate(),M(this.node,"aria-rowcount",String(e.length+1)),this.body.style.height=`${e.length*Ke(t)}px`;let i=Math.min(Math.max(e.length,1),Ns)*Ke(t);this.node.style.setProperty("--scl-rows-high",`${i+ut(t)+2}px`)}this.node.dataset.room=t;for(let i of Ge){let r=i==="usage"?this.hasUsage:this.view.shows(i);this.node.classList.toggle(`scl-has-${i}`,r)}this.header.draw(),this.drawRows(e);let{nameWidth:s}=this.view,o=s===null?`min(${this.nameColumn.width*xl+3}em, ${kl})`:`${s}px`;this.node.style.getPropertyValue("--scl-names")!==o&&this.node.style.setProperty("--scl-names",o)}get showsUsage(){return this.store.engine?.reportsUsage===!0&&this.view.shows("usage")}drawRows(e){let t=this.virtualizer.getVirtualItems(),s=this.store.now(),o=0,i=null,r=this.usagesInSight(),l=this.rowModel.groupsAreListed&&this.store.hasGroups;M(this.node,"role",l?"treegrid":"grid");for(let a of t){let d=e[a.index];if(d===void 0||(this.store.get(d)??this.store.group(d))===void 0)continue;let u=this.viewAt(o);o+=1;let h=d===this.rowModel.active;h&&(i=u.node.id),this.drawRow(u,d,{index:a.index,top:a.start,now:s,isActive:h,isSelected:this.rowModel.selection.has(d),level:l?this.levelOf(d):null,isOver:this.store.phase==="ended",canKill:this.store.engine?.canStopRunning??!1,usage:r(d)}),this.nameColumn.fit(u.wants)}for(let a of this.pool.splice(o))a.node.remove();M(this.node,"aria-activedescendant",i)}drawRow(e,t,s){let o=this.store.get(t);if(o!==void 0){let r=o.status==="queued"&&o.detail==="";e.update(o,{...s,isPending:this.pending.has(t),glimpse:this.glimpses.of(o),isBelow:s.level===2||this.rowModel.isOneGroup,before:r?this.queue.before(o.number):null});return}let i=this.store.group(t);i!==void 0&&e.updateGroup(i,{...s,isFolded:this.rowModel.isFolded(i)})}usagesInSight(){let{store:e}=this,t=new Map;for(let s of this.showsUsage?e.usages.ids:[]){let o=e.get(s),i=o===void 0?null:e.usageOf(o);if(i!==null){t.set(s,i);let r=e.groupOf(s)?.id;if(r!==void 0){let l=t.get(r);t.set(r,l===void 0?i:it(l,i))}}}return s=>t.get(s)??null}levelOf(e){let t=this.store.groupOf(e);return t!==null&&t.size>1?2:1}viewAt(e){let t=this.pool[e];return t===void 0&&(t=new Lt(`${this.idStem}-${e}`),this.pool.push(t),this.body.append(t.node)),t}reveal(){let e=this.rowModel.indexOf(this.rowModel.active);e>=0&&this.virtualizer.scrollToIndex(e,{align:"auto"})}onKey=e=>{e.target!==this.node||e.altKey||this.keys.press(e)&&(e.preventDefault(),e.stopPropagation(),this.events.changed())};release=()=>{this.rowModel.hold(!1),this.events.changed()};onClick=e=>{let[t,s]=this.target(e);if(t===null)return;if(this.store.get(t)===void 0&&(s==="stop"||s==="kill"||s==="retry")){this.actOnGroup(t,s);return}if(s==="fold"){this.rowModel.active=t,this.toggleFold(t),this.events.changed();return}if(s==="stop"||s==="kill"){this.events.stop([t],s==="kill");return}if(s==="retry"){this.events.retry([t]);return}s==="details"?(this.rowModel.selectOnly(t),this.events.toggleDetails(t)):e.shiftKey?this.rowModel.extendTo(t):e.ctrlKey||e.metaKey||s==="check"?this.rowModel.toggle(t):this.rowModel.selectOnly(t),this.events.changed()};onMenu=e=>{let[t]=this.target(e);t!==null&&!this.rowModel.selection.has(t)&&(this.rowModel.selectOnly(t),this.events.changed())};onDoubleClick=e=>{let[t,s]=this.target(e);t!==null&&s===""&&this.open(t)};open(e){ie(e)?(this.toggleFold(e),this.events.changed()):this.events.toggleDetails(e)}toggleFold(e){let t=this.store.group(e);t!==void 0&&this.rowModel.fold(e,!this.rowModel.isFolded(t))}actOnGroup(e,t){let s=this.store.group(e);if(s!==void 0)switch(t){case"stop":this.events.stop(V(s.rows),!1);break;case"kill":{let o=this.store.now()-qe;this.events.stop(V(s.stillCancelling(o)),!0);break}case"retry":this.events.retry(V(s.rows));break}}target(e){if(!(e.target instanceof Element))return[null,""];let t=e.target.closest(".scl-row"),s=this.pool.find(r=>r.node===t),o=e.target.closest("[data-do]")?.dataset.do,i=e.target.closest(".scl-c-check")!==null;return[s?.id??null,o??(i?"check":"")]}};function xo(n,e){f(n.emptyNote,e),n.emptyNote.hidden=e===""}var El=[["↑ ↓, j k","to the next or previous row; with Shift, select several"],["Home End, g G","to the first or last row"],["Space","select the row too, or no longer"],["Ctrl+A, *","select all"],["Enter","details of the task; open or close the group"],["← →","close or open the group"],["c, Delete","cancel: interrupt, then kill after the grace period"],["C, Shift+Delete","kill at once"],["X","cancel all that are queued"],["R","retry the failed and cancelled ones, as new tasks"],["/","search"],["f F","list only one state: the next, the previous"],["s S","sort by the next column; reverse the order"],["Esc","clear the selection"],["?","these keys"]],Wt=class{constructor(e){this.leave=e;let t=I("scl-shut","✕",()=>{this.close()});t.setAttribute("aria-label","Close the list of keys");let s=c("dl","scl-keys");for(let[o,i]of El)s.append(c("dt","",{},o),c("dd","",{},i));this.node=c("div","scl-help",{role:"dialog","aria-label":"Keys",tabindex:"-1"},c("div","scl-pane-head",{},c("strong","",{},"Keys"),t),s),this.node.hidden=!0,this.node.addEventListener("keydown",o=>{(o.key==="Escape"||o.key==="?"||o.key==="q")&&(o.preventDefault(),this.close())})}node;open(){this.node.hidden=!1,this.node.focus()}close(){let e=ue(this.node);this.node.hidden=!0,e&&this.leave()}};var So=[["number",n=>n.number],["name",n=>n.name],["state",n=>n.status],["worker",n=>n.worker],["submitted",n=>$s(n.submittedAt)],["started",n=>$s(n.startedAt)],["ended",n=>$s(n.endedAt)],["seconds",Tl],["attempt",n=>n.attempt],["error",n=>n.error],["cancel",n=>n.cancelResolution],["id",n=>n.id]];function Ps(n,e){let t=e==="tsv"?"	":",",s=r=>r.map(l=>Al(l,e)).join(t),o=s(So.map(([r])=>r)),i=n.map(r=>s(So.map(([,l])=>l(r))));return`${[o,...i].join(`
`)}
`}function Tl({startedAt:n,endedAt:e}){return n===null||e===null?null:Number((e-n).toFixed(6))}function $s(n){return n===null?"":new Date(n*1e3).toISOString()}var Ml=/^[=+\-@\t\r]/;function Al(n,e){if(n===null||typeof n=="number")return String(n??"");let t=Ml.test(n)?`'${n}`:n;return e==="tsv"?t.replace(/[\t\r\n]+/g," "):/[",\r\n]/.test(t)?`"${t.replaceAll('"','""')}"`:t}var Bt=class{constructor(e,t){this.sections=t;let s=Oe("menu");this.button=c("button","scl-act scl-dots",{type:"button",title:e,"aria-label":e,"aria-haspopup":"menu","aria-expanded":"false","aria-controls":s}),this.list=c("div","scl-menu",{role:"menu",id:s,"aria-label":e,popover:"manual"}),this.list.hidden=!0,this.node=c("div","scl-menu-frame",{},this.button,this.list),this.button.addEventListener("click",()=>{this.list.hidden?this.open():this.close()}),this.node.addEventListener("keydown",this.onKey),this.node.addEventListener("focusout",o=>{o.relatedTarget instanceof Node&&this.node.contains(o.relatedTarget)||this.close()})}node;button;list;open(){this.list.replaceChildren(...this.sections().map(e=>this.section(e))),this.list.hidden=!1,this.button.setAttribute("aria-expanded","true"),Ol(this.list,this.button),this.items[0]?.focus()}close(){if(this.list.hidden)return;let e=ue(this.list);typeof this.list.hidePopover=="function"&&this.list.hidePopover(),this.list.hidden=!0,this.button.setAttribute("aria-expanded","false"),e&&this.button.focus()}section(e){let t=e.map(s=>this.item(s));return c("div","scl-menu-section",{role:"group"},...t)}item({id:e,label:t,isOn:s,isEnabled:o,isDanger:i,act:r}){let l=c("button","scl-menu-item",{type:"button",tabindex:"-1",role:s===void 0?"menuitem":"menuitemcheckbox","data-item":e},t);return s!==void 0&&l.setAttribute("aria-checked",String(s)),l.disabled=o===!1,l.classList.toggle("scl-danger",i===!0),l.addEventListener("click",()=>{this.close(),r()}),l}get items(){return[...this.list.querySelectorAll(".scl-menu-item:enabled")]}onKey=e=>{if(this.list.hidden)return;let{items:t}=this,s=t.findIndex(i=>i===e.target),o=Rl[e.key]?.(s,t.length);if(o!==void 0)t[o]?.focus();else if(e.key==="Escape"||e.key==="Tab")this.close();else return;e.preventDefault()}};function Ol(n,e){if(typeof n.showPopover!="function")return;n.showPopover();let{left:t,right:s,top:o,bottom:i}=e.getBoundingClientRect(),{offsetWidth:r,offsetHeight:l}=n,a=document.documentElement,d=Math.max(4,Math.min(s-r,a.clientWidth-r-4)),u=i+l+4<=a.clientHeight||o<l;n.style.left=`${t<0?4:d}px`,n.style.top=`${Math.max(4,u?i+2:o-l-2)}px`}var Rl={ArrowDown:(n,e)=>(n+1)%e,ArrowUp:(n,e)=>(n+e-1)%e,Home:()=>0,End:(n,e)=>e-1};var Cl=["failed","running","cancelling","queued","waiting","retrying","cancelled","succeeded"],Ll={number:"Column: number",worker:"Column: worker",arguments:"Arguments beside the name",usage:"Columns: CPU and memory"},Il=[["state","Sort by state"],["number","Sort by number"],["name","Sort by name"],["time","Sort by time"]],Ut=class{constructor(e,t,s,o,i){this.store=e;this.rowModel=t;this.view=s;this.commands=o;this.events=i;this.bar.node.setAttribute("role","img");let r=c("div","scl-chips",{role:"group","aria-label":"List only"});for(let a of Cl)r.append(this.chip(a));this.stopSelected=I("scl-stop-selected","Cancel",()=>{o.stop(t.selection.stoppable)}),this.retrySelected=I("scl-retry-selected","Retry",()=>{o.retry(t.selection.rows.map(({id:a})=>a))}),this.selection.append(this.selected,this.stopSelected,this.retrySelected),this.search=this.searchField(),this.tools.append(r);let l=new Bt("More",()=>this.menuItems());this.node=c("div","scl-head",{},c("div","scl-line",{},this.title,this.bar.node,this.summary,this.search,l.node),this.tools)}node;title=c("span","scl-title");summary=c("span","scl-headline");bar=new pe;tools=c("div","scl-tools");chips=new Map;selection=c("div","scl-selection");selected=c("span");stopSelected;retrySelected;search;headline=new je;draw(){let{store:e,rowModel:t}=this,{counts:s}=e;f(this.title,m(e.engine?.label??"tasks")),this.title.title=this.title.textContent,f(this.summary,this.headline.of(e)),this.summary.title=re(s);let o=re(s);M(this.bar.node,"aria-label",o===""?"no tasks yet":o),this.bar.draw(s);for(let[i,r]of this.chips){f(r.n,T(s[i]));let l=t.filter.has(i);M(r.node,"aria-pressed",String(l)),r.node.classList.toggle("scl-none",s[i]===0&&!l)}this.drawSelection(),document.activeElement!==this.search&&this.search.value!==t.query&&(this.search.value=t.query)}drawSelection(){let{rowModel:e}=this,t=e.selection.size,s=t>1&&this.store.phase!=="ended";this.selection.hidden=!s,s&&(f(this.selected,`${T(t)} selected`),this.stopSelected.disabled=e.selection.stoppableCount===0,this.retrySelected.disabled=e.selection.retriableCount===0)}menuItems(){let{rowModel:e,store:t,view:s}=this,{isFiltered:o}=e,i=o?" listed":"",{counts:r}=t,l=Ze(r),a=t.phase==="ended",d=p=>o||p<2?"":` (${T(p)})`,{changed:u}=this.events,h=[{id:"timeline",label:"Timeline",isOn:s.timeline,act:()=>{s.timeline=!s.timeline,u()}}];t.hasGroups&&h.push({id:"groups",label:"Groups",isOn:e.groupsAreWanted,act:()=>{s.listGroups(!e.groupsAreWanted),u()}});for(let p of Ge)p==="usage"&&t.engine?.reportsUsage!==!0||h.push({id:`column-${p}`,label:Ll[p],isOn:s.shows(p),act:()=>{s.toggleColumn(p),u()}});return[[{id:"cancel-queued",label:`Cancel${i} queued${d(l)}`,isEnabled:!a&&l>0,act:()=>{this.commands.stopQueued()}},{id:"cancel-all",label:o?"Cancel listed":`Cancel all${d(l+r.running)}`,isEnabled:!a&&l+r.running>0,isDanger:!0,act:()=>{this.commands.stopListed()}}],h,Il.map(([p,g])=>({id:`sort-${p}`,label:g,isOn:e.sort.key===p,act:()=>{e.sortBy(p),u()}})),this.outputItems()]}outputItems(){let{rowModel:e,store:t}=this,{changed:s,notice:o}=this.events;return[{id:"copy",label:"Copy the listed tasks",act:()=>{let i=Ps(e.listedRows,"tsv");Ae(i).then(()=>{o(`Copied ${$(e.listedRows.length)}`)},()=>{o("The browser does not allow to copy here")})}},{id:"export",label:"Export the listed tasks (CSV)",act:()=>{xt("tasks.csv",Ps(e.listedRows,"csv"))}},e.clearedCount===0?{id:"clear",label:"Hide what is done",isEnabled:t.settled>0,act:()=>{e.clearDone(),s()}}:{id:"clear",label:`Show ${$(e.clearedCount)} again`,act:()=>{e.showAll(),s()}},{id:"help",label:"Keys (?)",act:this.events.help}]}chip(e){let t=c("span","scl-n"),s=c("button","scl-chip",{type:"button","data-status":e,"aria-pressed":"false",title:e},c("span","scl-icon",{"aria-hidden":"true"},H[e]),t,c("span","scl-chip-word",{},e));return s.addEventListener("click",()=>{this.rowModel.toggleStatus(e),this.events.changed()}),this.chips.set(e,{node:s,n:t}),s}addFilter(e){this.tools.append(e)}focusSearch(){this.search.focus()}searchField(){let e=c("input","scl-search",{type:"search",placeholder:"Search","aria-label":"Search tasks by name, worker, number or error",spellcheck:"false"});return e.addEventListener("input",()=>{this.rowModel.find(e.value),this.events.changed()}),e.addEventListener("keydown",t=>{t.key==="Escape"&&e.value!==""&&(e.value="",this.rowModel.find(""),this.events.changed())}),e}};function ko(n,e,t){let s=_l(n,e);if(s===null)return null;let{from:o,to:i}=s,r=Object.fromEntries(b.map(u=>[u,new Float32Array(t+1)])),l=Object.fromEntries(b.map(u=>[u,new Float32Array(t+1)])),a=new Set,d=t/(i-o);for(let u of n){if(u.startedAt===null)continue;let h=(u.startedAt-o)*d,p=Math.max(h,((u.endedAt??e)-o)*d);$l(r[u.status],l[u.status],h,p),u.status==="failed"&&a.add(Math.min(Math.floor(p),t-1))}return{from:o,to:i,busy:r,failures:a,peak:Pl(r,l,t)}}function _l(n,e){let t=1/0,s=-1/0;for(let{startedAt:o,endedAt:i}of n)o!==null&&(t=Math.min(t,o),s=Math.max(s,i??e));return t===1/0?null:{from:t,to:Math.max(s,t+Nl)}}var Nl=1e-4;function $l(n,e,t,s){let o=Math.floor(t),i=Math.floor(s);if(o===i){Se(n,o,s-t);return}Se(n,o,o+1-t),Se(n,i,s-i),Se(e,o+1,1),Se(e,i,-1)}function Se(n,e,t){n[e]=(n[e]??0)+t}function Pl(n,e,t){let s=new Float32Array(t);for(let o of b){let i=0;for(let r=0;r<t;r+=1)i+=e[o][r]??0,Se(n[o],r,i),Se(s,r,n[o][r]??0)}return s.reduce((o,i)=>Math.max(o,i),0)}var Fl={cancelled:"rising",cancelling:"upright",failed:"falling"};function Gt(n,e){let t=c("span","",{"aria-hidden":"true"});t.hidden=!0,n.append(t);let s=getComputedStyle(t),o=a=>(t.style.color=a,s.color),i=a=>Object.fromEntries(b.map(d=>[d,a(d)])),r=(a,d)=>o(`color-mix(in srgb, var(--scl-${a}) ${d}%, var(--scl-raised))`),l={fill:i(a=>{let d=Fl[a],u=r(a,a==="succeeded"?38:30);return d===void 0?u:zl(e,u,r(a,55),d)??u}),text:i(()=>o("var(--scl-ink)")),ink:o("var(--scl-ink)"),failed:o("var(--scl-failed)"),line:o("var(--scl-line)"),font:`11px ${s.fontFamily}`};return t.remove(),l}var G=6;function zl(n,e,t,s){let o=document.createElement("canvas");o.width=G,o.height=G;let i=o.getContext("2d");if(i===null)return null;if(i.fillStyle=e,i.fillRect(0,0,G,G),i.strokeStyle=t,i.lineWidth=1.5,i.beginPath(),s==="upright")i.moveTo(G/2,0),i.lineTo(G/2,G);else{let r=s==="falling"?1:-1;for(let l of[-G,0,G])i.moveTo(l-1,G/2-r*(G+2)/2),i.lineTo(l+G+1,G/2+r*(G+2)/2)}return i.stroke(),n.createPattern(o,"repeat")}var ht=14,Eo=3,Dl=200,Hl=8,jl=["succeeded","running","retrying","cancelling","cancelled","failed"],Kt=class{constructor(e,t,s){this.root=e;this.store=t;this.choose=s;this.node=c("div","scl-ribbon",{title:"Busy workers over time: drag to list only the tasks of a stretch of time"},this.canvas,this.window),this.node.addEventListener("pointerdown",this.onDown),this.node.addEventListener("pointermove",this.onMove),this.node.addEventListener("pointerup",this.onUp),this.chip.addEventListener("click",()=>{this.choose(null)}),this.resized=new ResizeObserver(()=>{this.isStale=!0,this.draw(null)}),this.resized.observe(this.node)}node;chip=c("button","scl-chip scl-during",{type:"button"});canvas=c("canvas","scl-ribbon-canvas",{"aria-hidden":"true"});window=c("div","scl-ribbon-window");resized;coverage=null;drawnOf=-1;drawnAt=-1/0;took=0;isStale=!0;dragFrom=null;dispose(){this.resized.disconnect()}get isBehind(){return this.store.revision!==this.drawnOf}draw(e){let{running:t,cancelling:s}=this.store.counts,o=this.isStale||this.isBehind||t+s>0,i=performance.now(),r=this.coverage===null?0:Math.max(Dl,Hl*this.took);if(o&&i-this.drawnAt>=r){this.drawnOf=this.store.revision,this.drawnAt=i,this.isStale=!1;let{clientWidth:l}=this.node,a=Math.max(1,l);this.coverage=ko(this.store.rows,this.store.now(),a),this.node.classList.toggle("scl-ribbon-empty",this.coverage===null),this.paint(a),this.took=performance.now()-i}this.drawWindow(e)}paint(e){let{canvas:t,coverage:s}=this,o=window.devicePixelRatio||1;t.width=Math.round(e*o),t.height=Math.round(ht*o);let i=t.getContext("2d");if(i===null||s===null)return;i.scale(o,o);let r=Gt(this.root,i),l=(ht-1)/Math.max(s.peak,1e-9);for(let a=0;a<e;a+=1){let d=ht;for(let u of jl){let h=(s.busy[u][a]??0)*l;h>0&&(i.fillStyle=r.fill[u],i.fillRect(a,d-h,1,h),d-=h)}}i.fillStyle=r.failed;for(let a of s.failures)i.fillRect(Math.min(a,e-2),0,2,ht);i.fillStyle=r.line,i.fillRect(0,ht-1,e,1)}drawWindow(e){let{coverage:t}=this,s=e!==null&&t!==null;if(this.window.hidden=!s,this.chip.hidden=!s,!s)return;let{from:o,to:i}=t,r=a=>Math.min(Math.max((a-o)/(i-o),0),1)*100;this.window.style.left=`${r(e.from)}%`,this.window.style.right=`${100-r(e.to)}%`;let l=`${W(e.from-o)} – ${W(e.to-o)}`;f(this.chip,`${l} ✕`),M(this.chip,"aria-label",`Tasks of ${l} only: list all again`)}pixelAt(e){return e.clientX-this.node.getBoundingClientRect().left}onDown=e=>{e.button===0&&(this.dragFrom=this.pixelAt(e),this.node.setPointerCapture(e.pointerId),e.preventDefault())};onMove=e=>{let{coverage:t,dragFrom:s}=this,o=this.pixelAt(e);if(s===null||t===null||Math.abs(o-s)<Eo)return;let i=Math.max(1,this.node.clientWidth),r=l=>t.from+Math.min(Math.max(l,0),i)/i*(t.to-t.from);this.choose({from:r(Math.min(o,s)),to:r(Math.max(o,s))})};onUp=e=>{let t=this.dragFrom;this.dragFrom=null,t!==null&&Math.abs(this.pixelAt(e)-t)<Eo&&this.choose(null)}};function Ao(n,e){let t=[];for(let s of[...n].sort((o,i)=>o.first-i.first||Mo(o.name,i.name))){let o=ql(t,s,e);o===void 0?t.push({names:[s.name],last:s.last}):(o.names.push(s.name),o.last=s.last)}return t.map(({names:s})=>s).sort(([s=""],[o=""])=>Mo(s,o))}function ql(n,e,t){let s=n.filter(({names:i,last:r})=>To(i[0]??"")===To(e.name)&&pt(r)<=e.first),o=s.filter(({last:i})=>Wl(i));return o.length>0||t===0||n.length<t?o.sort((i,r)=>pt(i.last)-pt(r.last))[0]:s.sort((i,r)=>pt(r.last)-pt(i.last))[0]}function pt(n){if(n.endedAt===null)return 1/0;let e=n.cancelResolution==="killed"?n.cancelRequestedAt:null;return Math.min(n.endedAt,e??1/0)-.1}function Wl({cancelResolution:n,error:e}){return n==="killed"||/^(WorkerDied|TaskOverMemory)\b/.test(e)}function To(n){return n.replace(/\d+$/,"")}var Bl=new Intl.Collator("en",{numeric:!0});function Mo(n,e){return Bl.compare(n,e)}var Ul=64,Fs=1e-4,Gl=8,Oo=1,mt=class{constructor(e){this.store=e}lanesMade=[];madeOf=-1;dearUntil=0;total=0;extent=null;chosen=null;get lanes(){if(this.madeOf!==this.store.revision&&performance.now()>=this.dearUntil){let e=performance.now();this.make(),this.madeOf=this.store.revision;let t=performance.now()-e;this.dearUntil=t<2?0:e+t*(1+Gl)}return this.lanesMade}get slotCount(){return this.total}get isBehind(){return this.madeOf!==this.store.revision}make(){let e=new Map,t=1/0,s=-1/0;for(let r of this.store.rows){let l=Kl(r);if(l===null)continue;let a=e.get(r.worker);if(a===void 0){let d={name:r.worker,first:l.start,last:r};e.set(r.worker,{run:d,spans:[l]})}else a.spans.push(l),a.run.first=Math.min(a.run.first,l.start),a.run.last=l.start>=(a.run.last.startedAt??0)?r:a.run.last;t=Math.min(t,l.start),s=Math.max(s,l.end??l.start)}this.extent=t<=s?{from:t,to:s}:null;let o=[...e.values()].map(({run:r})=>r),i=Ao(o,this.store.engine?.workerCount??0);this.total=i.length,this.lanesMade=i.slice(0,Ul).map(r=>({worker:r.at(-1)??"",workers:r,spans:r.flatMap(l=>e.get(l)?.spans??[]).sort((l,a)=>l.start-a.start)}))}get whole(){let{extent:e}=this,t=this.store.now();if(e===null)return{from:t-1,to:t};let{running:s,cancelling:o}=this.store.counts,i=s+o>0?Math.max(t,e.to):e.to;return{from:e.from,to:Math.max(i,e.from+Fs)}}get range(){return this.chosen??this.whole}get isZoomed(){return this.chosen!==null}look(e){this.chosen=e}zoom(e,t){let{from:s,to:o}=this.range,i=Math.max((o-s)/e,Fs),r=(t-s)/(o-s);this.show(t-r*i,i)}pan(e){let{from:t,to:s}=this.range;this.show(t+e*(s-t),s-t)}reveal(e){let{from:t,to:s}=this.range,o=e.end??this.store.now();if(e.start<t||o>s){let i=Math.max(s-t,(o-e.start)*1.2);this.show((e.start+o-i)/2,i)}}show(e,t){let{whole:s}=this,o=s.to-s.from;if(t>=o){this.chosen=null;return}let i=Math.min(Math.max(e,s.from),s.to-t);this.chosen={from:i,to:i+t}}bars(e,t){let{from:s,to:o}=this.range,i=this.store.now(),r=t/(o-s),l=[];for(let a=Ro(e.spans,s);a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>o)break;let u=Math.max((d.start-s)*r,0),h=Math.min(((d.end??i)-s)*r,t);if(h-u>=Oo){l.push({left:u,right:h,status:d.status,id:d.id,count:1});continue}let p=Math.floor(u),g={left:p,right:p+Oo},y=l.at(-1);if(y?.left===p&&y.right===g.right){let E=y.count+1;l[l.length-1]={...g,...Vl(y,d),count:E}}else l.push({...g,status:d.status,id:d.id,count:1})}return l}at(e,t,s){let o=this.store.now(),i=null,r=s,l=Ro(e.spans,t-s);for(let a=l;a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>t+s)break;let u=Math.max(d.start-t,t-(d.end??o),0);(u<r||u===0&&r===0)&&(i=d,r=u)}return i}ticks(e){let{from:t,to:s}=this.range,o=this.whole.from,i=Xl((s-t)/Math.max(e,1)),r=[];for(let l=Math.ceil((t-o)/i);o+l*i<=s;l+=1)r.push({at:o+l*i,since:l*i});return r}};function Kl(n){return n.startedAt===null?null:{id:n.id,start:n.startedAt,end:n.endedAt,status:n.status}}function Ro(n,e){let t=0,s=n.length;for(;t<s;){let o=t+s>>1;(n[o]?.end??1/0)<e?t=o+1:s=o}return t}function Vl(n,e){let{status:t,id:s}=b.indexOf(e.status)<b.indexOf(n.status)?e:n;return{status:t,id:s}}var Jl=[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,21600,43200,86400];function Xl(n){if(n<1){let e=10**Math.floor(Math.log10(Math.max(n,Fs)));return[1,2,5,10].map(t=>t*e).find(t=>t>=n)??1}return Jl.find(e=>e>=n)??Math.ceil(n/86400)*86400}var Yl=4,Vt=class{node;name=c("strong");facts=c("div");time=c("div");what=c("div","scl-card-what");more=c("div");constructor(){let e=c("div","",{role:"status"},this.name,this.facts);this.node=c("div","scl-card",{},e,this.time,this.what,this.more),this.node.hidden=!0}hide(){this.node.hidden=!0}show(e,t,s,o){this.node.hidden=!1,this.node.dataset.status=e.status,f(this.name,`${H[e.status]} ${m(e.name)}`);let i=[e.status,m(e.worker),e.attempt>1?`attempt ${e.attempt}`:""];f(this.facts,i.filter(r=>r!=="").join(", ")),f(this.time,Ql(e,t,s)),f(this.what,_(e.status)?m(En(e,t)):""),f(this.more,o>0?`and ${$(o)} more here: zoom in`:"")}place(e,t,s,o){let i=(Math.max(e,0)+Math.min(t,o))/2,r=this.node.offsetWidth,l=Math.max(0,Math.min(i-r/2,o-r));this.node.style.transform=`translate(${Math.round(l)}px, ${Math.round(s+Yl)}px)`}};function Ql(n,e,t){if(n.startedAt===null)return"";let s=W(n.startedAt-t),o=n.endedAt===null?"":` to ${W(n.endedAt-t)}`;return`${ye(n,e)}, ${o===""?"since":"from"} ${s}${o}`}var Ve=18,ft=14,Zl=16,ea=80,ta=44,Co=3,sa=14,na=44,Je=1.6,oa=90,ia="Arrow keys go from task to task, + and - zoom, 0 shows all, Enter selects, F lists only the tasks of the time in sight.",Jt=class{constructor(e,t,s){this.root=e;this.store=t;this.events=s;this.timeline=new mt(t),this.area=c("div","scl-tl-area",{role:"application",tabindex:"0","aria-label":"Timeline of the workers","aria-description":ia},this.names,this.canvas);let o=()=>{let{from:l,to:a}=this.timeline.range;return(l+a)/2},i=I("scl-tl-zoom","−",()=>{this.zoom(1/Je,o())}),r=I("scl-tl-zoom","+",()=>{this.zoom(Je,o())});i.setAttribute("aria-label","Zoom out"),r.setAttribute("aria-label","Zoom in"),this.fit=I("scl-tl-zoom","All",()=>{this.showAll()}),this.fit.setAttribute("aria-label","Show all of the time"),this.node=c("section","scl-timeline",{"aria-label":"Timeline"},c("div","scl-tl-line",{},this.shown,i,r,this.fit),this.area,this.axis,this.card.node),this.node.hidden=!0,this.area.addEventListener("keydown",this.onKey),this.area.addEventListener("wheel",this.onWheel,{passive:!1}),this.canvas.addEventListener("pointermove",this.onMove),this.canvas.addEventListener("pointerdown",this.onDown),this.canvas.addEventListener("pointerup",this.onUp),this.canvas.addEventListener("pointerleave",this.onLeave),this.resized=new ResizeObserver(()=>{this.touch()}),this.resized.observe(this.area)}node;timeline;shown=c("div","scl-tl-said");card=new Vt;names=c("div","scl-tl-names",{"aria-hidden":"true"});canvas=c("canvas","scl-tl-canvas",{"aria-hidden":"true"});axis=c("div","scl-tl-axis",{"aria-hidden":"true"});area;fit;resized;cursor=null;cursorLane=0;dragFrom=null;isStale=!0;drawnOf=-1;drawnAt=-1/0;dispose(){this.resized.disconnect()}look(e){this.timeline.look(e),this.isStale=!0}draw(e){if(this.node.hidden===e&&(this.node.hidden=!e,this.isStale=!0),!e)return;let t=performance.now(),s=this.store.counts.running+this.store.counts.cancelling>0,o=this.store.revision!==this.drawnOf||s;if(!this.isStale&&!(o&&t-this.drawnAt>=oa))return;let{lanes:i}=this.timeline;this.isStale=this.timeline.isBehind,this.drawnOf=this.store.revision,this.drawnAt=t,this.drawNames(i),this.drawAxis(),this.drawBars(i),f(this.shown,la(i.length,this.timeline.slotCount)),this.drawCard(),this.fit.disabled=!this.timeline.isZoomed}get isBehind(){return!this.node.hidden&&(this.isStale||this.store.revision!==this.drawnOf)}touch(){this.isStale=!0,this.events.changed()}get width(){return Math.max(1,this.area.clientWidth-this.names.offsetWidth)}drawNames(e){let t=e.map(({worker:i})=>i===""?"(no worker named)":m(i)),s=e.map(({workers:i})=>i.map(m).join(", then ")),o=this.timeline.slotCount-e.length;o>0&&t.push(`and ${T(o)} more`),this.names.childElementCount!==t.length&&this.names.replaceChildren(...t.map(()=>c("div","scl-tl-name")));for(let[i,r]of[...this.names.children].entries())r instanceof HTMLElement&&(f(r,t[i]??""),M(r,"title",s[i]??""))}drawAxis(){let{from:e,to:t}=this.timeline.range,{width:s}=this,o=t-ta/s*(t-e),i=this.timeline.ticks(Math.floor(s/ea)).filter(({at:r})=>r<=o);this.axis.style.paddingInlineStart=`${this.names.offsetWidth}px`,this.axis.style.height=`${Zl}px`,this.axis.childElementCount!==i.length&&this.axis.replaceChildren(...i.map(()=>c("span","scl-tl-tick")));for(let[r,l]of[...this.axis.children].entries()){let a=i[r];if(l instanceof HTMLElement&&a!==void 0){let d=this.names.offsetWidth+(a.at-e)/(t-e)*s;l.style.transform=`translateX(${Math.round(d)}px)`,f(l,a.since===0?"0":W(a.since))}}}drawBars(e){let{canvas:t,width:s}=this,o=Math.max(1,e.length)*Ve,i=window.devicePixelRatio||1;t.style.width=`${s}px`,t.style.height=`${o}px`,t.width=Math.round(s*i),t.height=Math.round(o*i);let r=t.getContext("2d");if(r===null)return;r.scale(i,i);let l=Gt(this.root,r);r.font=l.font,r.textBaseline="middle";for(let[a,d]of e.entries()){let u=a*Ve;r.fillStyle=l.line,r.fillRect(0,u+Ve-1,s,1);for(let h of this.timeline.bars(d,s))ra(r,h,u+1,l,this.nameOf(h))}this.drawCursor(r,l,s)}nameOf(e){return e.right-e.left<na?"":m(this.store.get(e.id)?.name??"")}drawCursor(e,t,s){let{cursor:o}=this;if(o===null)return;let{from:i,to:r}=this.timeline.range,l=(o.start-i)/(r-i)*s,a=((o.end??this.store.now())-i)/(r-i)*s;e.strokeStyle=t.ink,e.lineWidth=2;let d=this.cursorLane*Ve+1;e.strokeRect(l-1,d,Math.max(a-l,1)+2,ft+1)}drawCard(){let{cursor:e,card:t}=this,s=e===null?void 0:this.store.get(e.id);if(e===null||s===void 0){t.hide();return}let{range:o,whole:i}=this.timeline,r=this.store.now();t.show(s,r,i.from,this.hidden());let l=this.names.offsetWidth,a=p=>l+(p-o.from)/(o.to-o.from)*this.width,d=(this.cursorLane+1)*Ve-this.area.scrollTop,[u,h]=[a(e.start),a(e.end??r)];t.place(u,h,this.area.offsetTop+d,this.area.clientWidth)}hidden(){let e=this.timeline.lanes[this.cursorLane],{cursor:t}=this;if(e===void 0||t===null)return 0;let{from:s,to:o}=this.timeline.range,i=(t.start-s)/(o-s)*this.width,r=this.timeline.bars(e,this.width).find(l=>l.left<=i&&i<l.right);return r===void 0?0:r.count-1}timeAt(e){let{from:t,to:s}=this.timeline.range;return t+e/this.width*(s-t)}point(e){let t=this.canvas.getBoundingClientRect();return{x:e.clientX-t.left,y:e.clientY-t.top}}onMove=e=>{let{x:t,y:s}=this.point(e);if(this.dragFrom!==null&&e.buttons>0){let u=t-this.dragFrom.x;(this.dragFrom.moved||Math.abs(u)>Co)&&(this.timeline.pan(-u/this.width),this.dragFrom={x:t,moved:!0},this.looked());return}let o=Math.floor(s/Ve),i=this.timeline.lanes[o],{from:r,to:l}=this.timeline.range,a=Co*(l-r)/this.width,d=i===void 0?null:this.timeline.at(i,this.timeAt(t),a);this.canvas.classList.toggle("scl-tl-hit",d!==null),d?.id!==this.cursor?.id&&(this.cursor=d,this.cursorLane=o,this.touch())};onDown=e=>{this.dragFrom={x:this.point(e).x,moved:!1},this.canvas.setPointerCapture(e.pointerId)};onUp=()=>{let e=this.dragFrom?.moved??!1;this.dragFrom=null,!e&&this.cursor!==null&&this.events.select(this.cursor.id)};onLeave=()=>{this.cursor!==null&&document.activeElement!==this.area&&(this.cursor=null,this.touch())};onWheel=e=>{let t=Math.abs(e.deltaX)>Math.abs(e.deltaY)||e.shiftKey;if(t&&this.timeline.isZoomed)this.timeline.pan((e.deltaX||e.deltaY)/this.width),this.looked();else if(!t&&(e.ctrlKey||e.metaKey||this.hasFocus))this.zoom(e.deltaY<0?Je:1/Je,this.timeAt(this.point(e).x));else return;e.preventDefault()};get hasFocus(){return document.activeElement===this.area}zoom(e,t){this.timeline.zoom(e,t),this.looked()}showAll(){this.timeline.look(null),this.looked()}looked(){this.events.looked(this.timeline.isZoomed?this.timeline.range:null),this.touch()}onKey=e=>{e.ctrlKey||e.metaKey||e.altKey||!this.pressed(e.key)||(e.preventDefault(),e.stopPropagation())};pressed(e){let{from:t,to:s}=this.timeline.range,o=this.cursor===null?(t+s)/2:this.cursor.start;switch(e){case"+":case"=":return this.zoom(Je,o),!0;case"-":return this.zoom(1/Je,o),!0;case"0":return this.showAll(),!0;case"f":return this.events.toggleRows(),!0;case"ArrowLeft":return this.step(-1);case"ArrowRight":return this.step(1);case"Home":return this.step(-1/0);case"End":return this.step(1/0);case"ArrowUp":return this.changeLane(-1);case"ArrowDown":return this.changeLane(1);case"Enter":case" ":return this.cursor!==null&&this.events.select(this.cursor.id),!0;default:return!1}}step(e){let t=this.timeline.lanes[this.cursorLane],s=(t?.spans.length??0)-1;if(t!==void 0&&s>=0){let o=this.cursor?.id,i=t.spans.findIndex(l=>l.id===o),r=i<0?e<0?0:s:i+e;this.goTo(t.spans[Math.min(Math.max(r,0),s)]??null)}return!0}changeLane(e){let{lanes:t}=this.timeline,s=t[this.cursorLane+e];if(s!==void 0){let o=this.cursor?.start??this.timeline.range.to;this.cursorLane+=e,this.goTo(this.timeline.at(s,o,1/0))}return!0}goTo(e){this.cursor=e,e!==null&&this.timeline.reveal(e),this.looked()}};function ra(n,e,t,s,o){let i=e.right-e.left,r=i>3?1:0;n.fillStyle=s.fill[e.status],n.fillRect(e.left,t,i-r,ft),e.status==="failed"&&(n.fillStyle=s.ink,n.fillRect(e.left,t+ft,Math.max(i-r,2),2)),!(i<sa)&&(n.save(),n.beginPath(),n.rect(e.left,t,i-r-2,ft),n.clip(),n.fillStyle=s.text[e.status],n.fillText(`${aa(e.status)} ${o}`,e.left+3,t+ft/2+.5),n.restore())}function la(n,e){return n===0?"No task has started yet.":e===1?"1 worker":`${T(e)} workers`}function aa(n){return H[n]}var Lo="scaler_lab.looks",zs="scaler_lab.lists",da=40,ca=Ge.filter(n=>n!=="usage"),Xt=class{constructor(e,t){this.storage=e;this.rowModel=t;this.looks=ua(Me(e,Lo)),t.listGroups(this.looks.groups)}looks;height="";scope="";saved="";isRoomy=!1;shows(e){let{columns:t,usage:s}=this.looks;return e==="usage"?s??this.isRoomy:t.includes(e)}toggleColumn(e){let{columns:t}=this.looks;e==="usage"?this.looks.usage=!this.shows(e):this.looks.columns=this.shows(e)?t.filter(s=>s!==e):[...t,e],this.saveLooks()}get nameWidth(){return this.looks.nameWidth}set nameWidth(e){this.looks.nameWidth=e,this.saveLooks()}get paneHeight(){return this.looks.paneHeight}set paneHeight(e){this.looks.paneHeight=e,this.saveLooks()}get timeline(){return this.looks.timeline}set timeline(e){this.looks.timeline=e,this.saveLooks()}listGroups(e){this.rowModel.listGroups(e),this.looks.groups=e,this.saveLooks()}noteHeight(e){e!==""&&(this.height=e)}enter(e){if(e===this.scope)return"";this.scope=e;let t=Io(Me(this.storage,zs)).get(e);return t===void 0?"":(this.height=t.height,this.rowModel.restore({key:t.sort,descending:t.descending},t.statuses,t.query),this.saved=JSON.stringify(this.list()),t.height)}save(){let e=this.list(),t=JSON.stringify(e);if(this.scope===""||t===this.saved)return;this.saved=t;let s=Io(Me(this.storage,zs));s.delete(this.scope),s.set(this.scope,e),tt(this.storage,zs,JSON.stringify([...s].slice(-da)))}list(){let{sort:e,filter:t,query:s}=this.rowModel;return{sort:e.key,descending:e.descending,statuses:[...t],query:s,height:this.height}}saveLooks(){tt(this.storage,Lo,JSON.stringify(this.looks))}};function ua(n){let e=_o(n),t=typeof e=="object"&&e!==null?e:{};return{columns:Array.isArray(t.columns)?ca.filter(s=>t.columns.includes(s)):["arguments"],usage:typeof t.usage=="boolean"?t.usage:null,nameWidth:typeof t.nameWidth=="number"?t.nameWidth:null,paneHeight:typeof t.paneHeight=="number"?t.paneHeight:null,timeline:t.timeline===!0,groups:t.groups!==!1}}function Io(n){let e=_o(n),t=new Map;for(let s of Array.isArray(e)?e:[]){let[o,i]=Array.isArray(s)?s:[];typeof o=="string"&&typeof i=="object"&&i!==null&&t.set(o,ha(i))}return t}function ha(n){return{sort:We.find(e=>e===n.sort)??"state",descending:n.descending===!0,statuses:Array.isArray(n.statuses)?b.filter(e=>n.statuses.includes(e)):[],query:typeof n.query=="string"?n.query:"",height:typeof n.height=="string"?n.height:""}}function _o(n){try{return JSON.parse(n)}catch{return null}}var No=500,pa=6,ma=100,fa=120,ga={cancel:oe,kill:n=>n==="running"||n==="cancelling",retry:ce};function gt(n,e,t,s={}){let o=cn(),i=new fe(()=>e.engine?.engineId??"",o),r=new be(e,i),l=new Xt(o,r),a=!1,d=0,u=0,h=0,p="",g=null,y=()=>{d===0&&(d=requestAnimationFrame(()=>{d=0,us()}))},E=(S,z)=>{p=S,g=z??null;let me=z===void 0?pa:Rn;h=Date.now()+me*1e3,y()},L=new Ie(()=>{P.node.focus()}),O=new Wt(()=>{P.node.focus()}),w=new Le(e,r,t,{changed:y,notice:E,confirm:(S,z,me)=>{L.show(m(S),z,me)}}),x=new He(t,y),B=new Be(n,e,t),A=new Ut(e,r,l,w,{changed:y,notice:E,help:()=>{O.open()}}),F=new Jt(n,e,{changed:y,select:S=>{let z=e.groupOf(S);z!==null&&r.groupsAreListed&&r.fold(z.id,!1),r.selectOnly(S),r.indexOf(S)<0&&E("What is searched for or filtered hides this task's row"),P.draw(),P.reveal(),y()},looked:S=>{r.during!==null&&r.listDuring(S)},toggleRows:()=>{r.listDuring(r.during===null?F.timeline.range:null),y()}}),C=new Kt(n,e,S=>{r.listDuring(S),F.look(S),y()});A.addFilter(C.chip);let P=new qt(e,r,w.pending,x,l,{changed:y,stop:(S,z)=>{w.stop(S,z)},stopQueued:()=>{w.stopQueued()},retry:S=>{w.retry(S)},search:()=>{A.focusSearch()},help:()=>{O.open()},toggleDetails:S=>{a=!(a&&r.active===S&&ee===S),r.active=S,y()}}),ee=null,te=new Fe(t,l,{close:()=>{a=!1,y(),P.node.focus()},notice:E}),de=new Ce,J=c("span"),Ye=I("scl-undo","Undo",()=>{let S=g;h=0,g=null,y(),S?.()}),ne=c("div","scl-foot",{},J,Ye),Qe=c("div","scl-frame",{},P.node,P.emptyNote,A.selection,O.node),us=()=>{let S=l.enter(ya(e));S!==""&&(P.node.style.height=S),A.draw(),C.draw(r.during),F.draw(l.timeline),P.draw();let z=r.ids.length===0;xo(P,z?wa(e,r):""),n.classList.toggle("scl-is-empty",z);let me=r.active===null?void 0:e.get(r.active),Ci=ee;ee=a&&me!==void 0?me.id:null,te.draw(a?me??null:null,e),Ci===null&&ee!==null&&Ei(),de.draw(e.counts),l.save(),f(J,Ti()),ne.hidden=J.textContent==="",Ye.hidden=g===null||Date.now()>=h,n.dataset.phase=e.phase,(r.isBehind||C.isBehind||F.isBehind)&&(window.clearTimeout(u),u=window.setTimeout(y,ma))},Ei=()=>{requestAnimationFrame(()=>{requestAnimationFrame(()=>{P.reveal()})})},Ti=()=>Date.now()<h&&p!==""?m(p):e.phase==="ended"?m(e.endReason):"",hs=S=>e.phase==="ended"||S==="kill"&&e.engine?.canStopRunning!==!0?[]:r.meant.filter(({status:z})=>ga[S](z)).map(({id:z})=>z),en=S=>S==="details"?r.active!==null&&e.get(r.active)!==void 0:hs(S).length>0,Mi=S=>{S==="details"?(a=en(S),y()):S==="retry"?w.retry(hs(S)):w.stop(hs(S),S==="kill")};n.classList.add("scl"),n.tabIndex=-1,n.replaceChildren(A.node,C.node,F.node,Qe,L.node,te.node,ne,de.node);let Ai=$t(n),Oi=e.subscribe(y),tn=0,Ri=window.setInterval(()=>{B.tick(P.showsUsage||te.showsUsage||s.alwaysShowsUsage===!0),va(n)&&Date.now()<tn+fa*1e3&&t.keepAlive?.(),(e.counts.running+e.counts.cancelling>0||Date.now()<h+No)&&y()},No),vt=()=>{tn=Date.now(),t.keepAlive?.()};return n.addEventListener("pointermove",vt,{passive:!0}),n.addEventListener("keydown",vt),n.addEventListener("keydown",$o),us(),{rowModel:r,can:en,perform:Mi,notice:E,draw:us,dispose:()=>{cancelAnimationFrame(d),window.clearInterval(Ri),window.clearTimeout(u),Oi(),Ai(),P.dispose(),x.dispose(),C.dispose(),B.dispose(),F.dispose(),te.dispose(),n.removeEventListener("pointermove",vt),n.removeEventListener("keydown",vt),n.removeEventListener("keydown",$o),n.replaceChildren()}}}function ya({engine:n}){return n===null?"":`${n.engineId} ${n.label}`}function va(n){return n.matches(":hover")||document.hasFocus()&&ue(n)}function $o(n){!n.ctrlKey&&!n.metaKey&&!n.altKey&&n.stopPropagation()}function wa(n,e){if(e.isFiltered&&n.size>0)return"No task matches.";switch(n.phase){case"connecting":return"Waiting for the kernel …";case"live":return n.size>0?"Loading …":"No tasks yet: submit something.";case"ended":return"No tasks."}}var ba=new Map([["line",Xn],["task",Yn]]);function Ds(n,e,t,s){return(ba.get(n)??gt)(e,t,s)}var xa=5,Sa=.5,ae=class{byId=new Map;byGroup=new Map;alone=new Set;order=[];orderIsStale=!1;tally=K();reported=null;listeners=new Set;resync;clock;staged=null;stagedVersion=-1;fillsEmpty=!0;pending=!1;clockAhead=null;samples=[];version=-1;phase="connecting";engine=null;endReason="";usages;revision=0;constructor(e){this.resync=e.resync,this.clock=e.clock??(()=>Date.now()/1e3),this.usages=new Tt(this.clock)}subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}get rows(){if(this.orderIsStale){let e=[];for(let{row:t}of this.byId.values())e.push(t);this.order=bt(e),this.orderIsStale=!1}return this.order}restartRate(){this.samples=[]}get size(){let{counts:e}=this;return b.reduce((t,s)=>t+e[s],0)}get counts(){return this.reported??this.tally}get settled(){let{succeeded:e,failed:t,cancelled:s}=this.counts;return e+t+s}get(e){return this.byId.get(e)?.row}get groups(){return this.byGroup.values()}get hasGroups(){return this.byGroup.size>0}get onlyGroup(){for(let e of this.byGroup.values())return this.byGroup.size===1?e:null;return null}group(e){return this.byGroup.get(e)}groupOf(e){return this.byId.get(e)?.group??null}get ungrouped(){let e=[];for(let{row:t}of this.alone)e.push(t);return bt(e)}get ungroupedCount(){return this.alone.size}now(){return this.clock()+(this.clockAhead??0)}rate(){let e=this.clock(),t=this.samples;for(;t.length>2&&(t[1]?.at??e)<=e-xa;)t.shift();let s=t[0];return s===void 0||this.settled===this.size||e-s.at<Sa?null:(this.settled-s.settled)/(e-s.at)}apply(e,t){if(t!==void 0){let s=t-this.clock();this.clockAhead=this.clockAhead===null?s:Math.max(this.clockAhead,s)}switch(e.kind){case"welcome":this.engine=e,this.phase="connecting",this.endReason="",this.pending=!0;break;case"snapshot":this.reported=e.counts,(this.version<0||e.counts===null)&&(this.samples=[]),this.applySnapshot(e.version,e.part,e.parts,e.rows);break;case"changes":if(this.version<0||e.since!==this.version){e.version>this.version&&this.requestSnapshot();return}this.reported=e.counts;for(let s of e.forgotten)this.forget(s);for(let s of e.rows)this.put(s);this.version=e.version;break;case"closed":this.end(e.reason,"engine ended");return;case"usage":this.usages.take(e.usage),this.ring();return;case"response":case"details":return}this.sample(),this.notify()}usageOf(e){return ke(e.status)?this.usages.of(e.id):null}end(e,t){this.phase="ended",this.endReason=e;let s=this.now();for(let{row:o}of[...this.byId.values()])_(o.status)||this.put(Ea(o,t,s));if(this.reported!==null){let{cancelling:o,...i}=this.reported;this.reported={...K(),succeeded:i.succeeded,failed:i.failed+X(this.reported),cancelled:i.cancelled+o}}this.sample(),this.notify()}overtake(e){let t=!1;for(let s of e){let o=this.byId.get(s.id)?.row;o===void 0||!ka(s,o)||(this.put({...s,number:o.number,version:o.version,cell:o.cell}),this.reported!==null&&s.status!==o.status&&(this.reported={...this.reported,[o.status]:this.reported[o.status]-1,[s.status]:this.reported[s.status]+1}),t=!0)}t&&(this.sample(),this.notify())}reconnect(){this.pending=!1,this.requestSnapshot()}applySnapshot(e,t,s,o){t===0&&(this.staged=[],this.stagedVersion=e,this.fillsEmpty=this.byId.size===0);let i=this.staged;if(i===null||e!==this.stagedVersion){this.staged=null,this.pending=!1,this.requestSnapshot();return}let r=t===s-1;for(let l of o)i.push(l);if(this.fillsEmpty)for(let l of o)this.put(l);else r&&this.replace(i);r&&(this.staged=null,this.pending=!1,this.version=e,this.phase="live")}replace(e){this.byId.clear(),this.byGroup.clear(),this.alone.clear(),this.tally=K();for(let t of e)this.add(t)}put(e){let t=this.byId.get(e.id);if(t===void 0){this.add(e);return}let s=t.row;t.row=e,t.group?.change(s,e),this.tally[s.status]-=1,this.tally[e.status]+=1,this.orderIsStale=!0}add(e){let t=mn(e),s=null;t!==null&&(s=this.byGroup.get(t)??new wt(t,e),this.byGroup.set(t,s));let o={row:e,group:s};this.byId.set(e.id,o),s===null?this.alone.add(o):s.add(o),this.tally[e.status]+=1,this.orderIsStale=!0}forget(e){let t=this.byId.get(e);if(t===void 0)return;_(t.row.status)||(this.tally[t.row.status]-=1),this.byId.delete(e),this.alone.delete(t);let{group:s}=t;s!==null&&(s.remove(t),s.isEmpty&&this.byGroup.delete(s.id)),this.orderIsStale=!0}sample(){let e=this.clock(),t=this.samples.at(-1);this.settled===this.size?this.samples=[{at:e,settled:this.settled}]:(t===void 0||e-t.at>=.1)&&this.samples.push({at:e,settled:this.settled})}requestSnapshot(){this.pending||(this.pending=!0,this.resync())}notify(){this.revision+=1,this.ring()}ring(){for(let e of[...this.listeners])e()}};function ka(n,e){if(_(e.status))return!1;if(n.attempt!==e.attempt)return n.attempt>e.attempt;let t=Po(n.status)-Po(e.status);return t>0||t===0&&n.outputBytes>e.outputBytes}function Po(n){return Y(n)?n==="retrying"?3:0:n==="running"?1:n==="cancelling"?2:4}function Ea(n,e,t){return n.status==="cancelling"?{...n,status:"cancelled",cancelResolution:"lost",detail:e,endedAt:t}:{...n,status:"failed",error:e,detail:"",endedAt:t}}var Yt="application/vnd.scaler-lab.table.v1+json";function Fo(n){try{let{layout:e,welcome:t,engines:s,tasks:o,version:i}=n??{},r=Te(t);return r.kind!=="welcome"?null:{layout:v(e),welcome:r,engines:R(s).map(v),tasks:R(o).map(Ta),version:k(i)}}catch(e){if(e instanceof j)return null;throw e}}function Ta(n){let[e,t]=R(n);return[v(e),v(t)]}function zo({tasks:n},e){return n.some(([t,s])=>t<=e&&e<=s)}var Ma="scaler_lab-saved",Aa="scl-saved";function Do(n,e){n.classList.add(Aa),n.addEventListener(Ma,t=>{e(t.detail)})}function Ho(n,e){n.dataset.version=e===null?"":String(e)}var Oa=Symbol.for("scaler_lab.serverTasks");function Hs(n){globalThis[Oa]=n}var Ra=1500,js=3,Ca=15e3,Qt=class{constructor(e,t=()=>null){this.emit=e;this.countsOf=t}settings={failures:!0,doneAfter:60};gathered=new Map;notified=new Map;number=0;timer=null;apply({engineId:e,title:t,tasks:s,failed:o}){let{failures:i,doneAfter:r}=this.settings,l=i?s.filter(({status:h})=>h==="failed"):[],a=s.filter(({status:h,seconds:p})=>h==="succeeded"&&r>0&&p>=r),d=i?o:0;if(d===0&&a.length===0)return;let u=this.gathered.get(e)??{engineId:e,title:t,failed:0,failures:[],done:[]};this.gathered.set(e,u),u.failed+=d,u.failures.push(...l.slice(0,js)),u.done.push(...a),this.timer??=setTimeout(()=>{this.flush()},Ra)}dispose(){this.timer!==null&&(clearTimeout(this.timer),this.timer=null),this.gathered.clear()}flush(){this.timer=null;for(let e of this.gathered.values()){e.failed>0&&this.emitFailures(e);let{engineId:t,title:s,done:o}=e,[i]=o;if(i!==void 0){this.number+=1;let r=_a(s,o);this.emit({kind:"done",engineId:t,text:r,first:i,number:this.number})}}this.gathered.clear()}emitFailures({engineId:e,title:t,failed:s,failures:o}){let i=Date.now(),r=this.notified.get(e);(r===void 0||i-r.at>Ca)&&(this.number+=1,r={number:this.number,failed:0,failures:[],at:i}),r={number:r.number,failed:r.failed+s,failures:[...r.failures,...o].slice(0,js),at:i},this.notified.set(e,r),this.emit({kind:"failed",engineId:e,text:La(t,r.failed,r.failures,this.countsOf(e)),first:r.failures[0]??null,number:r.number})}};function La(n,e,t,s){let[o]=t,i=s?.failed===e?Ia(s):0,r=i>e?`${T(e)} of ${$(i)}`:$(e);return o===void 0?`${r} failed in ${n}`:e===1?`${o.name} failed in ${n}: ${o.error}`:`${r} failed in ${n}, first ${o.name}: ${o.error}`}function Ia(n){return b.reduce((e,t)=>e+n[t],0)}function _a(n,e){let[t]=e;return e.length===1&&t!==void 0?`${t.name} is done in ${n}, after ${Math.round(t.seconds)} s`:`${e.length} long tasks are done in ${n}${Na(e,e.length)}`}function Na(n,e){let t=[...new Set(n.slice(0,js).map(({name:s})=>s))];return t.length===0?"":`: ${t.join(", ")}${e>t.length?" …":""}`}function Zt(n){let{notifyFailures:e,notifyDoneAfterSeconds:t,area:s}=n;return{failures:e!==!1,doneAfter:typeof t=="number"?t:60,area:s==="right"?"right":"left"}}var $a=8e3,Pa=15e3,qo={id:`${N}:plugin`,description:"Notifies of tasks that failed, and of long ones that are done.",autoStart:!0,requires:[U],optional:[jo.ISettingRegistry],activate:(n,{model:e},t)=>{let s=new Map,o=new Qt(i=>{let r=s.get(i.number),l=za(n,i);(r===void 0||!qs.Notification.update({id:r,message:i.text,...l}))&&s.set(i.number,qs.Notification.emit(i.text,Fa(i),l))},i=>e.engine(i)?.counts??null);e.onEnding(i=>{o.apply(i)}),t?.load(`${N}:plugin`).then(i=>{let r=()=>{o.settings=Zt({...i.composite})};r(),i.changed.connect(r)},()=>{})}};function Fa({kind:n}){return n==="failed"?"error":"success"}function za(n,{kind:e,engineId:t,first:s}){let o=e==="failed",i=r=>{n.commands.execute(D.showPanel,{host:t,task:r})};return{autoClose:o?Pa:$a,actions:[...o&&s!==null?[{label:"Show traceback",callback:()=>{i(s.id)}}]:[],{label:"Show tasks",callback:()=>{i("")}}]}}var Vo=require("@jupyterlab/notebook");var Wo=`/*
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
    minmax(max(80px, 30%), 1fr) var(--scl-usage,) 58px 50px;
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

.scl-has-usage .scl-row {
  --scl-usage: 40px 62px;
}

.scl-grid:not(.scl-has-usage) :is(.scl-c-cpu, .scl-c-memory),
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
.scl-c-cpu,
.scl-c-memory,
.scl-c-time {
  text-align: end;
}

.scl-c-number,
.scl-body :is(.scl-c-cpu, .scl-c-memory, .scl-c-time) {
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

.scl-grid[data-room="narrow"].scl-has-usage .scl-row {
  grid-template:
    "state name name time doing" 20px
    ". now cpu memory doing" 18px / 16px minmax(0, 1fr) auto auto auto;
}

.scl-grid[data-room="narrow"] .scl-c-cpu {
  grid-area: cpu;
  font-size: 0.93em;
}

.scl-grid[data-room="narrow"] .scl-c-memory {
  grid-area: memory;
  font-size: 0.93em;
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

.scl-usage {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 20px;
  margin-top: 6px;
}

.scl-usage .scl-quiet {
  margin: 0;
}

.scl-meter {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 8px;
}

.scl-spark {
  width: 120px;
  height: 22px;
  border-bottom: 1px solid var(--scl-line);
}

.scl-spark-line {
  fill: none;
  stroke: var(--scl-running);
  stroke-width: 1.5;
  stroke-linejoin: round;
}

.scl-spark-area {
  fill: color-mix(in srgb, var(--scl-running) 18%, transparent);
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
  .scl-spark {
    width: 64px;
  }

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
`;var Bo=`/* The side panel around the table, and the status-bar item.  Jupyter's variables throughout. */

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

/* A bar for each worker: the share of a core that its task uses. */

.scl-workers {
  display: flex;
  flex: none;
  align-items: center;
  gap: 8px;
  padding: 4px 12px 0;
  background: var(--jp-layout-color1);
}

.scl-workers-bars {
  display: flex;
  flex: 1 1 0;
  flex-wrap: wrap;
  gap: 3px;
}

.scl-worker {
  flex: 1 1 14px;
  max-width: 60px;
  height: 8px;
  border: 1px solid color-mix(in srgb, currentcolor 45%, transparent);
  border-radius: 2px;
  overflow: hidden;
}

.scl-worker.scl-is-busy {
  border-color: currentcolor;
}

.scl-worker > span {
  display: block;
  height: 100%;
  background: color-mix(in srgb, currentcolor 72%, var(--jp-layout-color1));
}

.scl-workers-sum {
  flex: none;
  min-width: 8em;
  color: color-mix(in srgb, currentcolor 78%, var(--jp-layout-color1));
  font-variant-numeric: tabular-nums;
  text-align: end;
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
`;var Uo="scaler-lab-style";function es(){if(document.getElementById(Uo)===null){let n=document.createElement("style");n.id=Uo,n.textContent=`${Wo}
${Bo}`,document.head.append(n)}}var Ko=require("@lumino/widgets");var Go=require("@lumino/widgets"),ts=class extends Go.Widget{constructor(t,s){super();this.model=t;this.saved=s;this.store=new ae({resync:()=>{}}),this.store.apply(s.welcome),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1});let o=s.engines.filter(r=>t.runs(r)),i=Ds(s.layout,this.node,this.store,this.actionsOf(o));this.ends=[()=>{i.dispose()},t.subscribe(()=>{this.store.phase==="live"&&!o.some(r=>t.runs(r))&&this.store.end("This engine has ended.","engine ended")}),...o.map(r=>t.follow(r,{rows:l=>{this.take(l)},usage:l=>{this.store.apply(l)}}))]}store;ends;dispose(){if(!this.isDisposed){for(let t of this.ends)t();super.dispose()}}take(t){let s=t.filter(({id:i})=>zo(this.saved,i)),o=this.store.version;this.store.apply({kind:"changes",since:o,version:o+1,rows:s,forgotten:[],counts:null})}actionsOf(t){let[s=null]=t,o=this.model.actions(t.length===1?s:null);return{...o,cancelAll:i=>{let r=this.store.rows.filter(({status:l})=>!_(l));return o.cancel(r.map(({id:l})=>l),!1,i)}}}};var Ws="application/vnd.jupyter.widget-view+json",ja="text/html",qa=400,ss=class extends Ko.Panel{constructor(t,s,o){super();this.renderers=t;this.tasks=s;o.then(()=>{setTimeout(()=>{this.hasFactory=!0,this.renderWidget(),this.draw()})}),Do(this.node,i=>{let{model:r}=this;r?.setData({data:{...r.data,...i}})}),this.observer=new MutationObserver(()=>{this.draw()}),this.timer=window.setTimeout(()=>{this.isPatient=!1,this.draw()},qa),this.unsubscribe=s.subscribe(()=>{this.draw()})}model=null;saved=null;widgetId="";widget=null;still=null;server=null;isPatient=!0;hasFactory=!1;observer;timer;unsubscribe;renderModel(t){return this.model=t,this.saved=Fo(t.data[Yt]),Ho(this.node,this.saved?.version??null),this.renderWidget(),this.still!==null&&this.still.renderModel(t),this.draw(),Promise.resolve()}dispose(){window.clearTimeout(this.timer),this.observer.disconnect(),this.unsubscribe(),super.dispose()}renderWidget(){let{model:t}=this,s=t?.data[Ws],o=typeof s?.model_id=="string"&&t?.trusted===!0?s.model_id:"";if(!(t===null||o===this.widgetId||!this.hasFactory||this.isDisposed)&&(this.widgetId=o,this.observer.disconnect(),this.widget?.dispose(),this.widget=null,o!==""&&this.renderers.getFactory(Ws)!==void 0)){let i=this.renderers.createRenderer(Ws);this.widget=i,i.hide(),this.addWidget(i),this.observer.observe(i.node,{childList:!0,subtree:!0}),i.renderModel(t)}}draw(){if(this.isDisposed)return;let t=this.widget?.node.querySelector(".scl")!=null;this.widget?.setHidden(!t);let s=this.isPatient&&(this.widget!==null||!this.hasFactory),o=!t&&!s;this.drawServed(o&&(this.server!==null||this.canBeServed)?this.saved:null),this.drawStill(o&&this.server===null)}get canBeServed(){return((this.model?.trusted===!0?this.saved?.engines:null)??[]).some(s=>this.tasks.runs(s))}drawServed(t){t===null?(this.server?.dispose(),this.server=null):this.server===null&&(this.server=new ts(this.tasks,t),this.addWidget(this.server))}drawStill(t){t?this.still===null&&this.model!==null&&(this.still=this.renderers.createRenderer(ja),this.addWidget(this.still),this.still.renderModel(this.model)):(this.still?.dispose(),this.still=null)}};var Wa=-20,Jo={id:`${N}:outputs`,description:"Shows a notebook's tables while their kernel is busy, and when it is gone.",autoStart:!0,requires:[U],optional:[Vo.INotebookTracker],activate:(n,{model:e},t)=>{es();let s=({content:{rendermime:o},sessionContext:i})=>{o.addFactory({safe:!0,mimeTypes:[Yt],createRenderer:()=>new ss(o,e,i.ready)},Wa)};t?.forEach(s),t?.widgetAdded.connect((o,i)=>{s(i)})}};var ei=require("@jupyterlab/application"),Z=require("@jupyterlab/apputils"),ti=require("@jupyterlab/settingregistry");var Xo=require("@jupyterlab/ui-components"),Ba=`<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><rect x="3" y="5" width="13" height="3.4" rx="1.2"/>
<rect x="7" y="10.3" width="14" height="3.4" rx="1.2"/><rect x="3" y="15.6" width="7" height="3.4" rx="1.2"/>
<path d="m13.2 14.6 1.1-1.1 1.9 1.9 1.9-1.9 1.1 1.1-1.9 1.9 1.9 1.9-1.1 1.1-1.9-1.9-1.9 1.9-1.1-1.1 1.9-1.9z" transform="translate(0 .9)"/></g></svg>`,Xe=new Xo.LabIcon({name:"scaler-lab:tasks",svgstr:Ba});var Qo=require("@lumino/widgets");function Q(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function yt({running:n,cancelling:e,queued:t,waiting:s,retrying:o,failed:i}){let r=[];return n>0&&r.push(`${Q(n)} running`),e>0&&r.push(`${Q(e)} cancelling`),t>0&&r.push(`${Q(t)} queued`),s>0&&r.push(`${Q(s)} waiting`),o>0&&r.push(`${Q(o)} retrying`),i>0&&r.push(`${Q(i)} failed`),r.join(", ")}function Bs(n){if(n===null)return"";let s=["failed","running","cancelling","queued","waiting"].filter(i=>n[i]>0).map(i=>`${H[i]} ${Q(n[i])}`),o=n.succeeded+n.cancelled;return s.length===0&&o>0&&s.push(`${H.succeeded} ${Q(o)}`),s.join("  ")}function Us(n,e=""){if(e!=="")return"can't be read";if(n===null)return"…";let t=yt(n);if(t!=="")return t;let s=n.succeeded+n.cancelled;return s===0?"no tasks yet":`${Q(s)} done`}var ns=class{node=document.createElement("div");open=document.createElement("button");title=document.createElement("span");text=document.createElement("span");short=document.createElement("span");act=document.createElement("button");shown=null;constructor(e){this.node.className="scl-program",this.open.type="button",this.open.className="scl-host",this.title.className="scl-host-title",this.text.className="scl-host-said",this.short.className="scl-host-short",this.short.setAttribute("aria-hidden","true"),this.open.append(this.title,this.text,this.short),this.open.addEventListener("click",()=>{e.toggle(this.shown?.id??"")}),this.act.type="button",this.act.className="scl-host-act",this.act.addEventListener("click",()=>{let{shown:t}=this;t!==null&&(t.hasEnded?e.dismiss:e.cancel)(t.id)}),this.node.append(this.open,this.act)}draw(e){this.shown=e;let{id:t,title:s,text:o,short:i,hint:r,counts:l,isOpen:a,hasEnded:d}=e;this.open.dataset.host=t,this.open.setAttribute("aria-expanded",String(a)),this.open.title=r,this.node.classList.toggle("scl-has-ended",d),Gs(this.title,s),Gs(this.text,o),Gs(this.short,i);let u=l===null?0:l.running+l.queued+l.waiting;this.act.hidden=d?t==="":u===0,this.act.dataset.do=d?"dismiss":"stop";let h=d?`Dismiss ${s}`:`Cancel the open tasks of ${s}`;this.act.setAttribute("aria-label",h),this.act.title=h}};function Gs(n,e){n.textContent!==e&&(n.textContent=e)}var Ua=64,Ga={cpuPercent:0,memory:0,children:0},os=class{node=document.createElement("div");bars=document.createElement("span");sum=document.createElement("span");names=[];constructor(){this.node.className="scl-workers",this.bars.className="scl-workers-bars",this.bars.setAttribute("role","img"),this.sum.className="scl-workers-sum",this.node.append(this.bars,this.sum),this.node.hidden=!0}draw(e,t){if(this.node.hidden=t===0||e.phase!=="live"||e.engine?.reportsUsage!==!0,this.node.hidden)return;let s=Va(e);for(this.assign(s,Math.min(t,Ua));this.bars.childElementCount>this.names.length;)this.bars.lastElementChild?.remove();for(let[l,a]of this.names.entries())Ka(this.barAt(l),s.get(a));let o=[...s.values()].reduce((l,{usage:a})=>it(l,a),Ga),i=s.size===0?"":`${_e(o)} · ${Ne(o)}`,r=`${s.size} of ${t} workers busy${i===""?"":`: ${i}`}`;this.bars.getAttribute("aria-label")!==r&&(this.bars.setAttribute("aria-label",r),this.sum.textContent=i,this.sum.title="CPU, in percent of one core, and memory of all running tasks")}assign(e,t){let s=Array.from({length:t},(i,r)=>this.names[r]??""),o=i=>!e.has(i);for(let i of[...e.keys()].filter(r=>!s.includes(r))){let r=s.findIndex(o);r>=0&&(s[r]=i)}this.names=s}barAt(e){let t=this.bars.children[e];return t instanceof HTMLElement||(t=document.createElement("span"),t.className="scl-worker",t.append(document.createElement("span")),this.bars.append(t)),t}};function Ka(n,e){let t=n.firstElementChild,s=`${Math.min(100,e?.usage.cpuPercent??0)}%`;t instanceof HTMLElement&&t.style.width!==s&&(t.style.width=s),n.title=e?.text??"idle",n.classList.toggle("scl-is-busy",e!==void 0)}function Va(n){let e=new Map;for(let t of n.usages.ids){let s=n.get(t),o=s===void 0?null:n.usageOf(s);if(s!==void 0&&o!==null){let i=m(s.worker),r=[_e(o),Ne(o)].filter(l=>l!=="").join(", ");e.set(i,{usage:o,text:`${i}: #${s.number} ${m(s.name)}
${r}`})}}return e}var Ja={notebook:"notebook",script:"script",terminal:"terminal",engine:"engine on its own"},Xa="Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client shows up here.",Ks="",is=class extends Qo.Widget{constructor(t,s){super();this.model=t;this.events=s;this.id="scaler-lab-panel",this.addClass("scl-panel"),this.title.icon=Xe,this.title.caption="Tasks",this.node.setAttribute("role","region"),this.node.setAttribute("aria-label","Tasks"),this.list.className="scl-programs",this.note.className="scl-panel-note",this.note.setAttribute("role","status"),this.tableRoot.className="scl-panel-table",this.jump.type="button",this.jump.className="scl-jump",this.jump.addEventListener("click",()=>{let o=this.activeRow?.cell??"";o!==""&&s.goToCell(o)}),this.node.append(this.note,this.list,this.jump);for(let o of["click","keyup"])this.tableRoot.addEventListener(o,()=>{this.drawJump()});this.unsubscribe=t.subscribe(()=>{this.draw()}),this.draw()}list=document.createElement("div");note=document.createElement("p");tableRoot=document.createElement("div");jump=document.createElement("button");headings=new Map;bars=new os;unfollow=()=>{};table=null;mounted;chosen=null;unsubscribe;get choice(){return this.chosen??null}choose(t){this.chosen=t,this.draw()}can(t){return this.table?.can(t)??!1}perform(t){this.table?.perform(t),this.drawJump()}showTask(t){let s=this.model.store(this.open??null),o=()=>this.table===null||s.get(t)===void 0?!1:(this.table.rowModel.selectOnly(t),this.table.perform("details"),!0);if(!o()){let i=s.subscribe(()=>{o()&&i()})}}search(){this.tableRoot.querySelector(".scl-search")?.focus()}dispose(){this.unsubscribe(),this.unmount(),super.dispose()}onAfterShow(){this.draw()}onAfterAttach(){this.draw()}onAfterHide(){this.unmount()}get open(){let{engines:t}=this.model,[s]=t;if(this.chosen===null&&t.length===1)return s?.id;if(!(this.chosen===null&&t.length===0))return this.chosen}mount(){let{open:t}=this;if(!this.isVisible||t===void 0){this.unmount();return}if(this.table!==null&&this.mounted===t)return;this.table?.dispose(),this.unfollow(),this.mounted=t,this.model.watch(t===null?"all":{only:t});let{model:s}=this,o=s.store(t);this.table=gt(this.tableRoot,o,s.actions(t),{alwaysShowsUsage:!0}),this.unfollow=o.subscribe(()=>{this.drawBars()})}unmount(){this.table!==null&&(this.table.dispose(),this.unfollow(),this.table=null,this.model.watch("none"))}draw(){let{chosen:t}=this,s=typeof t=="string"?this.model.successor(t):void 0;if(s!==void 0){this.choose(s.id);return}let{engines:o,connection:i,trouble:r}=this.model,l=o.length===0;this.note.textContent=i==="lost"?r:i==="connecting"?"Connecting …":l?Xa:"",this.note.hidden=this.note.textContent==="",this.drawHeadings(),this.mount(),this.drawBars(),this.drawJump()}drawBars(){let{mounted:t}=this;if(this.table!==null&&t!==void 0){let o=(t===null?this.model.engines:[this.model.engine(t)]).reduce((i,r)=>i+(r?.workers??0),0);this.bars.draw(this.model.store(t),o)}}get activeRow(){let t=this.table?.rowModel.active??null,{mounted:s}=this;return t===null||s===void 0?void 0:this.model.store(s).get(t)}drawJump(){let t=this.activeRow;this.jump.hidden=t===void 0||t.cell==="";let s=t===void 0?"":`Go to the cell that submitted ${m(t.name)}`;this.jump.textContent!==s&&(this.jump.textContent=s)}drawHeadings(){let t=this.wantedHeadings(),s=[];for(let r of t){let l=this.headings.get(r.id)??this.makeHeading(r.id);l.draw(r),s.push(l.node),r.isOpen&&s.push(this.bars.node,this.tableRoot)}let o=new Set(t.map(({id:r})=>r));for(let r of this.headings.keys())o.has(r)||this.headings.delete(r);let i=s.find(r=>r.contains(document.activeElement));Ya(this.list,s,i??this.tableRoot)}wantedHeadings(){let{engines:t,ended:s,totals:o}=this.model,{open:i}=this,r=[];t.length>1&&r.push({id:Ks,title:"All",text:Us(o),short:Bs(o),hint:"The tasks of all programs",counts:o,isOpen:i===null,hasEnded:!1});for(let l of t)r.push({id:l.id,title:m(l.title),text:Us(l.counts,l.trouble),short:l.trouble===""?Bs(l.counts):"can't be read",hint:Yo(l),counts:l.counts,isOpen:i===l.id,hasEnded:!1});for(let l of s){let a=l.counts?.failed??0,d=a===0?"ended":`ended, ${Q(a)} failed`;r.push({id:l.id,title:m(l.title),text:d,short:d,hint:`${Yo(l)}
ended`,counts:l.counts,isOpen:i===l.id,hasEnded:!0})}return r}makeHeading(t){let s=new ns({toggle:o=>{let i=o===Ks?null:o;this.chosen=this.open===i?void 0:i,this.draw()},cancel:o=>{this.events.cancelAll(o===Ks?null:o)},dismiss:o=>{this.chosen===o&&(this.chosen=null),this.model.dismiss(o)}});return this.headings.set(t,s),s}};function Ya(n,e,t){let s=new Set(e);for(let l of[...n.children])s.has(l)||l.remove();let o=Math.max(0,e.indexOf(t)),i=e[o];i!==void 0&&i.parentElement!==n&&n.append(i);for(let l of e.slice(0,o).reverse())i?.previousElementSibling!==l&&i?.before(l),i=l;let r=e[o];for(let l of e.slice(o+1))r?.nextElementSibling!==l&&r?.after(l),r=l}function Yo(n){let e=n.workers===1?", 1 worker":`, ${n.workers} workers`,t=`engine ${n.name}${n.workers===0?"":e}`,s=n.trouble===""?"":`
${m(n.trouble)}`;return`${Ja[n.kind]}: ${m(n.title)}
${m(t)}, pid ${n.pid}${s}`}var Qa=210,Za=[[D.showDetails,"details","Show Details of the Selected Task","Times, traceback, output and cost of the task that is selected in the panel"],[D.cancelSelected,"cancel","Cancel Selected Tasks","Request a cancel of the tasks that are selected in the panel"],[D.killSelected,"kill","Kill Selected Tasks","Stop the workers of the tasks that are selected in the panel, without asking the tasks"],[D.retrySelected,"retry","Retry Selected Tasks","Submit the failed and cancelled ones of the selected tasks again"]],si={id:`${N}:panel`,description:"The side panel of tasks, and its commands.",autoStart:!0,requires:[U],optional:[ei.ILayoutRestorer,Z.ICommandPalette,ti.ISettingRegistry],activate:async(n,e,t,s,o)=>{es();let{model:i}=e,r=new is(i,{goToCell:u=>{e.goToCell?.(u).then(h=>{h||Z.Notification.info("That cell is in no notebook that is open here.",{autoClose:4e3})})},cancelAll:u=>{Zo(i,u)}});t?.add(r,r.id);let l=u=>{typeof u=="string"&&r.choose(u===""?null:u),n.shell.activateById(r.id)},{commands:a}=n;a.addCommand(D.showPanel,{label:"Show Tasks",caption:"Show the tasks of every notebook, script and terminal",icon:Xe,execute:({host:u,task:h})=>{l(u),typeof h=="string"&&h!==""&&r.showTask(h)}}),a.addCommand(D.search,{label:"Search Tasks",execute:()=>{l(void 0),r.search()}}),a.addCommand(D.cancelAll,{label:"Cancel All Tasks …",caption:"Cancel every open task of every notebook, script and terminal",isEnabled:()=>i.engines.length>0,execute:()=>Zo(i,null)});for(let[u,h,p,g]of Za)a.addCommand(u,{label:p,caption:g,isEnabled:()=>r.can(h),execute:()=>{r.perform(h)}}),n.contextMenu.addItem({command:u,selector:"#scaler-lab-panel .scl-body .scl-row"});for(let u of Object.values(D))s?.addItem({command:u,category:"Tasks"});let{area:d}=Zt(await td(o));n.shell.add(r,d,{rank:Qa,type:"Tasks"})}};async function Zo(n,e){let t=ed(n,e);if(!(nt(t)&&!(await(0,Z.showDialog)({title:ot(t),buttons:[Z.Dialog.cancelButton({label:"Keep them"}),Z.Dialog.warnButton({label:"Cancel them"})]})).button.accept))try{let{accepted:s,trouble:o}=await n.cancelAll(e);Z.Notification.info(o||`Requested the cancel of ${$(s)}`,{autoClose:4e3})}catch(s){Z.Notification.error(`The cancel was not sent: ${String(s)}`)}}function ed(n,e){let t=new Map,s=0;for(let{id:i,title:r,counts:l}of n.engines)if(l!==null&&(e===null||i===e)){let a=X(l);s+=l.running,a>0&&t.set(m(r),(t.get(m(r))??0)+a)}let o=[...t.values()].reduce((i,r)=>i+r,0);return{ids:[],force:!1,running:s,toCome:[],total:o,owners:t}}async function td(n){try{return{...(await n?.load(`${N}:plugin`))?.composite}}catch(e){return console.warn("scaler_lab: the settings could not be read, so defaults hold",e),{}}}var ni=require("@jupyterlab/apputils"),oi=require("@jupyterlab/coreutils"),ii=require("@jupyterlab/notebook");function Vs(n,e){let t=n.endsWith("/")?n:`${n}/`;return n!==""&&e.startsWith(t)&&!e.split("/").includes("..")?e.slice(t.length):""}var ri={id:`${N}:places`,description:"Leads from a line of a traceback to the file or the notebook's cell.",autoStart:!0,optional:[ii.INotebookTracker],activate:(n,e)=>{let t=oi.PageConfig.getOption("scalerLabRoot");Ss({canShow:s=>s.label===""?Vs(t,s.file)!=="":e!==null,show:s=>{(s.label===""?sd(n,Vs(t,s.file),s.line):nd(n,e,s)).catch(i=>{ni.Notification.error(i instanceof Error?i.message:String(i),{autoClose:6e3})})}})}};async function sd(n,e,t){let s=await n.commands.execute("docmanager:open",{path:e,factory:"Editor"}),{context:o,content:i}=s;await Promise.all([o.ready,i.ready]),i.editor.setCursorPosition({line:t-1,column:0}),i.editor.focus()}async function nd(n,e,{label:t,cell:s}){let o=e===null?[]:fs(e),i=o.filter(({content:r})=>r.widgets.some(({model:l})=>l.id===s));for(let r of i.length>0?i:o)for(let l of r.content.widgets){let a=l.model.type==="code"?l.model.toJSON().execution_count:null;if(`In[${String(a)}]`===t){await ms(n,r,l);return}}throw new Error(`The cell ${t} is in no notebook that is open here, or has run again.`)}var Js=require("@jupyterlab/apputils"),ai=require("@jupyterlab/running"),di=require("@lumino/signaling");var od=50,id=1e3,ci={id:`${N}:running`,description:"Lists open tasks among the running sessions.",autoStart:!0,requires:[U],optional:[ai.IRunningSessionManagers],activate:(n,e,t)=>{t?.add(new Xs(n,e))}},Xs=class{constructor(e,t){this.app=e;this.model=t.model,this.runningChanged=new di.Signal(this),t.changed.connect(()=>{this.timer??=setTimeout(()=>{this.timer=null,this.refreshRunning()},id)})}name="Tasks";shutdownLabel="Cancel";shutdownAllLabel="Cancel All";runningChanged;model;timer=null;shown="";shutdownAllConfirmationText=()=>`Cancel every open task? ${yt({...this.model.totals,failed:0})}`;running(){return this.open().slice(0,od).map(([e,t])=>({label:()=>m(t.name),labelTitle:()=>m(`${t.name}: ${t.status} in ${e.title}`),detail:()=>`${t.status}, ${m(e.title)}`,icon:()=>Xe,context:"scaler-lab-task",open:()=>{this.app.commands.execute(D.showPanel,{host:e.id})},shutdown:()=>{li(this.model.cancel(e.id,t.id))}}))}shutdownAll(){li(this.model.cancelAll(null))}refreshRunning(){let e=this.open().map(([,{id:t,status:s}])=>`${t}${s}`).join(" ");e!==this.shown&&(this.shown=e,this.runningChanged.emit(void 0))}open(){return this.model.engines.flatMap(e=>e.open.map(t=>[e,t]))}};function li(n){n.then(({trouble:e})=>{e!==""&&Js.Notification.warning(e)},e=>{let t=e instanceof Error?e.message:String(e);Js.Notification.error(`The cancel was not sent: ${t}`)})}var ui=require("@jupyterlab/statusbar"),hi=require("@lumino/widgets");var pi={id:`${N}:status`,description:"Says in the status bar how many tasks run, wait and failed.",autoStart:!0,requires:[U],optional:[ui.IStatusBar],activate:(n,e,t)=>{if(t===null)return;let{model:s}=e,o=document.createElement("button");o.type="button",o.className="scl-status",o.title="Tasks of every notebook, script and terminal: click to see them",o.addEventListener("click",()=>{n.commands.execute(D.showPanel)});let i=new hi.Widget;i.node.append(o);let r=()=>{let l=`Tasks: ${yt(s.totals)||"none open"}`;o.textContent!==l&&(o.textContent=l)};r(),e.changed.connect(r),t.registerStatusItem(`${N}:status`,{item:i,align:"left",rank:40,isActive:()=>s.engines.length>0,activeStateChanged:e.changed})}};var Si=require("@lumino/signaling");var Qs=require("@jupyterlab/coreutils"),Ys=require("@jupyterlab/services");var mi="scaler-lab",rs=class{constructor(e){this.settings=e}cancel(e,t){return this.post(["engines",e,"cancel"],t)}retry(e,t){return this.post(["engines",e,"retry"],{task_ids:t})}async details(e,t){let s=await this.request("GET",["engines",e,"tasks",t]),{traceback:o,output:i,output_before:r,profile:l,stack:a}=s;return Te([...["details-of",0,t,null,o],i,r,l,a])}async post(e,t){let s=await this.request("POST",e,t);return{accepted:typeof s.accepted=="number"?s.accepted:0,trouble:typeof s.trouble=="string"?s.trouble:""}}async request(e,t,s){let o=Qs.URLExt.join(this.settings.baseUrl,mi,...t),i=s===void 0?{method:e}:{method:e,body:JSON.stringify(s)},r=await Ys.ServerConnection.makeRequest(o,i,this.settings);if(!r.ok)throw await Ys.ServerConnection.ResponseError.create(r);return await r.json()}};function fi(n){let e=Qs.URLExt.join(n.wsUrl,mi,"feed");return n.appendToken&&n.token!==""&&(e+=`?token=${encodeURIComponent(n.token)}`),new n.WebSocket(e)}function gi(n){let e=R(JSON.parse(n));switch(e[0]){case"engines":return{kind:"engines",now:k(e[1]),engines:R(e[2]).map(rd)};case"feed":return{kind:"feed",engineId:v(e[1]),now:k(e[2]),messages:R(e[3]).map(Te)};case"ended":return{kind:"ended",engineId:v(e[1]),title:v(e[2]),tasks:R(e[3]).map(dd),failed:k(e[4])};default:throw new j(`not a message of this server: ${String(e[0])}`)}}function rd(n){if(typeof n!="object"||n===null)throw new j("an engine must be an object");let e=n;return{id:v(e.id),name:v(e.name),program:v(e.program),place:v(e.place??""),title:v(e.title),kind:ld(e.kind),pid:k(e.pid),workers:k(e.workers),startedAt:k(e.startedAt),counts:gs(e.counts),trouble:v(e.trouble??""),open:R(e.open??[]).map(ad)}}function ld(n){return n==="notebook"||n==="script"||n==="terminal"?n:"engine"}function ad(n){let[e,t,s,o,i]=R(n);return{id:v(e),number:k(t),name:v(s),status:Ee(o),startedAt:typeof i=="number"?i:null}}function dd(n){let[e,t,s,o,i,r]=R(n);return{id:v(e),name:v(t),status:Ee(s),seconds:k(o),error:v(i),groupName:v(r)}}var yi=500,vi=15e3,cd=1008,ud=1,ls=class{constructor(e,t){this.make=e;this.events=t}socket=null;timer=null;wait=yi;isDisposed=!1;open(){this.timer=null;let e=!1,t=this.make();this.socket=t,t.onopen=()=>{e=!0,this.wait=yi,this.events.connected()},t.onmessage=s=>{try{this.events.message(gi(String(s.data)))}catch(o){console.error("scaler_lab: this page could not read a message of the server",o)}},t.onclose=s=>{this.isDisposed||this.socket!==t||(this.socket=null,this.events.lost(e?"The connection to the Jupyter server was lost: trying again.":"The Jupyter server does not answer here: it may be down, or have no scaler_lab."),this.wait=s.code===cd?vi:this.wait,this.timer=setTimeout(()=>{this.open()},this.wait),this.wait=Math.min(2*this.wait,vi))}}send(e){this.socket?.readyState===ud&&this.socket.send(JSON.stringify(e))}dispose(){this.isDisposed=!0,this.timer!==null&&clearTimeout(this.timer),this.socket?.close()}};var wi=20,hd=50,as=class{engines=[];failures=new Map;note(e,t){let s=t.filter(({status:o})=>o==="failed");if(s.length>0){let o=this.failures.get(e.id)??[];this.failures.set(e.id,[...o,...s].slice(0,hd))}}has(e){return this.engines.some(({id:t})=>t===e)}dismiss(e){this.engines=this.engines.filter(({id:t})=>t!==e),this.failures.delete(e)}end(e,t){if(e===void 0||!pd(e))return[];let s=this.failures.get(e.id)??[];if(this.failures.delete(e.id),t.size===0&&s.length>0){let i=s.map((r,l)=>md(r,l,t.now()));t.apply({kind:"snapshot",version:0,part:0,parts:1,rows:i,counts:null,isBehind:!1}),t.apply({kind:"closed",reason:"This engine has ended.  Only its failures are known."})}let o=[e,...this.engines.filter(({id:i})=>i!==e.id)];return this.engines=o.slice(0,wi),o.slice(wi).map(({id:i})=>i)}};function pd({counts:n}){return n!==null&&b.some(e=>n[e]>0)}function md({id:n,name:e,status:t,seconds:s,error:o},i,r){return{id:n,number:i+1,name:e,status:t,version:i,submittedAt:r-s,groupName:"",worker:"",startedAt:r-s,endedAt:r,cancelRequestedAt:null,cancelRequestedBy:"",cancelResolution:null,cancelSeconds:null,error:o,detail:"",progress:null,outputBytes:0,attempt:1,tags:[],cell:""}}var ds=class{store;ids=new Map;counts=new Map;constructor(){this.store=new ae({resync:()=>{}}),this.store.apply({kind:"welcome",protocol:0,engineId:"",label:"All tasks",pid:0,workerCount:0,canStopRunning:!0,reportsStarts:!0,program:"",reportsUsage:!0}),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1})}merge(e,t,s,o){let i=this.idsOf(e.id);if(this.counts.has(e.id)||this.store.restartRate(),this.counts.set(e.id,s.counts),t.kind==="usage")this.store.apply(t);else if(t.kind==="snapshot"){let l=t.part===t.parts-1?[...i].filter(a=>s.get(a)===void 0):[];this.change(e,t.rows,l,o)}else t.kind==="changes"&&this.change(e,t.rows,t.forgotten,o)}drop(e){let t=this.ids.get(e);t!==void 0&&(this.ids.delete(e),this.counts.delete(e),this.store.restartRate(),this.apply([],[...t]))}change(e,t,s,o){let i=this.idsOf(e.id);for(let r of t)i.add(r.id);for(let r of s)i.delete(r);this.apply(t.map(r=>({...r,worker:fd(e,r)})),s,o)}apply(e,t,s){let o=this.store.version;this.store.apply({kind:"changes",since:o,version:o+1,rows:e,forgotten:t,counts:this.sum()},s)}sum(){let e=K();for(let t of this.counts.values())for(let s of b)e[s]+=t[s];return e}idsOf(e){let t=this.ids.get(e);return t===void 0&&(t=new Set,this.ids.set(e,t)),t}};function fd(n,e){return e.worker===""?n.title:`${n.title}, ${e.worker}`}var bi=1e4,cs=class{constructor(e,t){this.channel=e;this.api=t}engines=[];connection="connecting";trouble="";merged=new ds;history=new as;stores=new Map;known=new Map;listeners=new Set;endListeners=new Set;subscription="none";sent="";followers=new Map;subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}onEnding(e){return this.endListeners.add(e),()=>{this.endListeners.delete(e)}}get totals(){let e=K();for(let{counts:t}of this.engines)for(let s of b)e[s]+=t?.[s]??0;return e}get ended(){return this.history.engines}dismiss(e){this.history.dismiss(e),this.stores.delete(e),this.known.delete(e),this.notify()}engine(e){return this.engines.find(({id:t})=>t===e)??this.known.get(e)}runs(e){return this.engines.some(({id:t})=>t===e)}successor(e){let t=this.engine(e);if(!(t===void 0||this.runs(e)||t.program===""))return this.engines.findLast(({program:s,place:o,startedAt:i})=>s===t.program&&o===t.place&&i>t.startedAt)}watch(e){this.subscription=e,this.sendSubscription()}follow(e,t){let s=this.followers.get(e)??new Set;return this.followers.set(e,s),s.add(t),t.rows(this.store(e).rows),this.sendSubscription(),()=>{s.delete(t),s.size===0&&this.followers.delete(e),this.sendSubscription()}}store(e){if(e===null)return this.merged.store;let t=this.stores.get(e);return t===void 0&&(t=new ae({resync:()=>{this.channel.send(["resync",e])}}),this.stores.set(e,t)),t}requestUsage(e){let t=e===null?this.engines.map(({id:s})=>s):[e];this.channel.send(["usage",t])}async cancelAll(e,t=!1){let s=e===null?this.engines.map(({id:i})=>i):[e],o={all:!0,only_queued:t};return xi(await Promise.all(s.map(i=>this.api.cancel(i,o))))}cancel(e,t){return this.api.cancel(e,{task_ids:[t],force:!1,only_queued:!1})}actions(e){let t=(o,i)=>Promise.all(this.byEngine(e,o).map(([r,l])=>i(r,l))).then(xi),s=o=>{let[i]=this.byEngine(e,[o]);return i===void 0?Promise.reject(new Error("its engine is gone")):this.api.details(i[0],o)};return{cancel:(o,i,r)=>t(o,(l,a)=>this.api.cancel(l,{task_ids:a,force:i,only_queued:r})),cancelAll:o=>this.cancelAll(e,o),retry:o=>t(o,(i,r)=>this.api.retry(i,r)),traceback:async o=>(await s(o)).traceback,details:s,requestUsage:()=>{this.requestUsage(e)},ownerOf:o=>{let[i]=this.byEngine(e,[o]);return(i===void 0?void 0:this.engine(i[0]))?.title??""}}}connected(){this.connection="live",this.trouble="",this.sent="",this.sendSubscription(),this.notify()}lost(e){this.connection="lost",this.trouble=e,this.notify()}apply(e){switch(e.kind){case"engines":this.applyEngines(e.engines);break;case"feed":{let t=this.engine(e.engineId),s=this.store(e.engineId);for(let o of e.messages){s.apply(o,e.now);for(let i of this.followers.get(e.engineId)??[])o.kind==="snapshot"||o.kind==="changes"?i.rows(o.rows):o.kind==="usage"&&i.usage(o);t!==void 0&&this.merged.merge(t,o,s,e.now)}break}case"ended":{let t=this.engine(e.engineId);t!==void 0&&this.history.note(t,e.tasks);for(let s of[...this.endListeners])s(e);break}}}applyEngines(e){let t=this.engines;this.engines=e;for(let s of e)this.known.set(s.id,s);for(let{id:s}of t)if(!this.runs(s)){this.merged.drop(s);let o=this.stores.get(s);o!==void 0&&o.phase!=="ended"&&o.apply({kind:"closed",reason:"This engine has ended."});let i=this.history.end(this.known.get(s),this.store(s));for(let r of[...i,...this.history.has(s)?[]:[s]])this.isWatchedAlone(r)||(this.stores.delete(r),this.known.delete(r))}this.sendSubscription(),this.notify()}isWatchedAlone(e){return typeof this.subscription=="object"&&this.subscription.only===e}sendSubscription(){let{subscription:e}=this,t=e==="none"?[]:e==="all"?this.engines.map(({id:r})=>r):this.runs(e.only)?[e.only]:[],s=[...this.followers.keys()].filter(r=>this.runs(r)),o=[...new Set([...t,...s])],i=o.join(" ");i!==this.sent&&this.connection==="live"&&(this.sent=i,this.channel.send(["watch",o]))}byEngine(e,t){let s=new Map;for(let o of t){let i=e??this.engines.find(r=>this.stores.get(r.id)?.get(o))?.id;if(i!==void 0){let r=s.get(i);r===void 0?s.set(i,[o]):r.push(o)}}return[...s].flatMap(([o,i])=>{let r=[];for(let l=0;l<i.length;l+=bi)r.push([o,i.slice(l,l+bi)]);return r})}notify(){for(let e of[...this.listeners])e()}};function xi(n){return{accepted:n.reduce((e,{accepted:t})=>e+t,0),trouble:n.find(({trouble:e})=>e!=="")?.trouble??""}}var ki={id:`${N}:tasks`,description:"Provides the tasks of every engine, as the Jupyter server sees them.",autoStart:!0,provides:U,activate:n=>{let{serverSettings:e}=n.serviceManager,t=new rs(e),s=new cs({send:r=>{o.send(r)}},t),o=new ls(()=>fi(e),{connected:()=>{s.connected()},lost:r=>{s.lost(r)},message:r=>{s.apply(r)}});Hs({follow:(r,l)=>s.follow(r,l),requestUsage:r=>{s.requestUsage(r)},cancel:(r,l,a,d)=>t.cancel(r,{task_ids:l,force:a,only_queued:d}),retry:(r,l)=>t.retry(r,l),details:(r,l)=>t.details(r,l)});let i=new Zs(s);return o.open(),i}},Zs=class{constructor(e){this.model=e;this.changed=new Si.Signal(this),e.subscribe(()=>{this.changed.emit()})}goToCell=null;changed};var gd=[ki,si,pi,ci,qo,on,ri,Jo],yd=gd;

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
