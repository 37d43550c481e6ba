// Built from extension/, sources d56c28974634989b98fe94f3187c4c9979f6960b9e6c1c669942c99d8734f1d3
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
      "use strict";var Vt=Object.defineProperty;var eo=Object.getOwnPropertyDescriptor;var to=Object.getOwnPropertyNames;var so=Object.prototype.hasOwnProperty;var no=(n,e)=>{for(var t in e)Vt(n,t,{get:e[t],enumerable:!0})},io=(n,e,t,s)=>{if(e&&typeof e=="object"||typeof e=="function")for(let i of to(e))!so.call(n,i)&&i!==t&&Vt(n,i,{get:()=>e[i],enumerable:!(s=eo(e,i))||s.enumerable});return n};var oo=n=>io(Vt({},"__esModule",{value:!0}),n);var ma={};no(ma,{default:()=>fa});module.exports=oo(ma);var $s=require("@jupyterlab/notebook");var Ps=require("@lumino/coreutils"),N="@scaler-lab/lab",j=new Ps.Token(`${N}:ITasks`,"Every task of every engine of this user's, as the Jupyter server sees them."),D={showPanel:"scaler-lab:show-panel",search:"scaler-lab:search",cancelAll:"scaler-lab:cancel-all",showDetails:"scaler-lab:show-details",cancelSelected:"scaler-lab:cancel-selected",killSelected:"scaler-lab:kill-selected",retrySelected:"scaler-lab:retry-selected"};var Fs={id:`${N}:cells`,description:"Leads from a task to the cell that submitted it.",autoStart:!0,requires:[j],optional:[$s.INotebookTracker],activate:(n,e,t)=>{t!==null&&(e.goToCell=async s=>{for(let i of Xt(t)){let o=i.content.widgets.find(({model:r})=>r.id===s);if(o!==void 0)return await Jt(n,i,o),!0}return!1})}};async function Jt(n,{id:e,content:t},s){n.shell.activateById(e),t.activeCellIndex=t.widgets.indexOf(s),t.deselectAll(),await t.scrollToCell(s)}function Xt(n){let e=[];return n.forEach(t=>{t===n.currentWidget?e.unshift(t):e.push(t)}),e}var xs=require("@jupyterlab/apputils"),hi=require("@jupyterlab/settingregistry");var x=["cancelling","running","failed","retrying","queued","waiting","cancelled","succeeded"];function q(){return{cancelling:0,running:0,queued:0,waiting:0,retrying:0,failed:0,cancelled:0,succeeded:0}}function P(n){return n==="succeeded"||n==="failed"||n==="cancelled"}function Z(n){return V(n)||n==="running"}function U(n){return Ke(n)+n.running}function Ke({queued:n,waiting:e,retrying:t}){return n+e+t}function V(n){return n==="queued"||n==="waiting"||n==="retrying"}function de(n){return n==="failed"||n==="cancelled"}var W={cancelling:"◌",running:"▸",queued:"·",waiting:"○",retrying:"↻",failed:"✗",cancelled:"⊘",succeeded:"✓"};var H=class extends Error{name="FeedError"};function C(n){if(!Array.isArray(n))throw new H(`expected a list, not ${typeof n}`);return n}function k(n){if(typeof n!="number")throw new H(`expected a number, not ${typeof n}`);return n}function g(n){if(typeof n!="string")throw new H(`expected a text, not ${typeof n}`);return n}function at(n){if(typeof n!="boolean")throw new H(`expected true or false, not ${typeof n}`);return n}function G(n){return n==null?null:k(n)}function zs(n){return n==null?null:g(n)}var ro=new Set(x);function Se(n){if(!ro.has(n))throw new H(`not a status: ${String(n)}`);return n}function Yt(n){if(typeof n!="object"||n===null)return null;let e=q();for(let[t,s]of Object.entries(n))e[Se(t)]=k(s);return e}function Qt(n){let e=Yt(n);return e===null||Object.keys(n).length===0?null:e}function Ds(n){if(n==null)return null;let e=C(n);return{state:g(e[0]),taken:g(e[1]),problem:g(e[2]),threads:C(e[3]).map(t=>C(t).map(lo))}}function lo(n){let e=C(n);return{file:g(e[0]),line:k(e[1]),name:g(e[2]),source:g(e[3])}}function Hs(n){return n.threads.map(t=>t.map(({file:s,line:i,name:o,source:r})=>{let a=`  ${/^In\[\d+\]$/.test(s)?`Cell ${s}`:`File "${s}"`}, line ${i}, in ${o}`;return r===""?a:`${a}
    ${r}`}).join(`
`)).join(`
another thread of the task
`)}function Ee(n){let e=C(n);switch(e[0]){case"welcome":return{kind:"welcome",protocol:k(e[1]),engineId:g(e[2]),label:g(e[3]),pid:k(e[4]),workerCount:k(e[5]??0),canStopRunning:at(e[6]??!0),reportsStarts:at(e[7]??!0),program:g(e[8]??"")};case"snapshot":return{kind:"snapshot",version:k(e[1]),part:k(e[2]),parts:k(e[3]),rows:js(e[4]),counts:Qt(e[5]),isBehind:at(e[7]??!1)};case"changes":return{kind:"changes",since:k(e[1]),version:k(e[2]),rows:js(e[3]),forgotten:C(e[4]).map(g),counts:Qt(e[5])};case"response":return{kind:"response",request:k(e[1]),accepted:k(e[2]),trouble:g(e[3]??""),version:k(e[4]??0)};case"details-of":return{kind:"details",request:k(e[1]),taskId:g(e[2]),traceback:g(e[4]??""),output:g(e[5]??""),outputBefore:k(e[6]??0),profile:co(e[7]),stack:Ds(e[8])};case"ended":return{kind:"closed",reason:g(e[1])};default:throw new H(`not a message of this feed: ${String(e[0])}`)}}function js(n){let e=C(n).map(C);if(e.length===0)return[];if(e.length<6)throw new H(`a row has 6 fields, not ${e.length}`);let t=o=>e[o]??[],s=0,i=0;return t(0).map((o,r)=>(s+=k(t(1)[r]),i+=k(t(4)[r]),{id:g(t(0)[r]),number:s,name:g(t(2)[r]),status:Se(t(3)[r]),version:i,submittedAt:k(t(5)[r]),groupName:g(t(6)[r]??""),worker:g(t(7)[r]??""),startedAt:G(t(8)[r]),endedAt:G(t(9)[r]),cancelRequestedAt:G(t(10)[r]),cancelRequestedBy:g(t(11)[r]??""),cancelResolution:zs(t(12)[r]),cancelSeconds:G(t(13)[r]),error:g(t(14)[r]??""),detail:g(t(15)[r]??""),progress:ao(t(16)[r]),outputBytes:k(t(17)[r]??0),attempt:k(t(18)[r]??1),tags:C(t(19)[r]??[]).map(g),cell:g(t(20)[r]??"")}))}function ao(n){if(n==null)return null;let e=C(n);return{done:k(e[0]),total:G(e[1]),note:g(e[2]??"")}}function co(n){if(typeof n!="object"||n===null)return null;let e=n;return{queueSeconds:G(e.queue_seconds),runSeconds:G(e.run_seconds),cpuSeconds:G(e.cpu_seconds),peakMemory:G(e.peak_memory),bytesIn:G(e.bytes_in),bytesOut:G(e.bytes_out),worker:g(e.worker??""),attempt:k(e.attempt??1)}}function Ws(){try{return window.sessionStorage}catch{return null}}function Te(n,e){try{return n?.getItem(e)??""}catch{return""}}function Ue(n,e,t){try{n?.setItem(e,t)}catch{}}var Bs="scaler_lab.folds",uo=300,me=class{constructor(e=()=>"",t=null){this.engine=e;this.storage=t;this.shown=new Map(ho(t))}open=new Set;shown;isFolded(e){return this.shown.get(this.key(e))??!this.open.has(e.id)}fit(e,t){let s=t,i=new Set;for(let o of e)o.size<=s&&(i.add(o.id),s-=o.size);this.open=i}set(e,t){let s=this.key(e);this.shown.delete(s),this.shown.set(s,t);for(let i of this.shown.keys()){if(this.shown.size<=uo)break;this.shown.delete(i)}Ue(this.storage,Bs,JSON.stringify([...this.shown]))}key(e){return`${this.engine()} ${e.id}`}};function ho(n){try{let e=JSON.parse(Te(n,Bs));return Array.isArray(e)?e.filter(po):[]}catch{return[]}}function po(n){return Array.isArray(n)&&typeof n[0]=="string"&&typeof n[1]=="boolean"}var Gs="group:",qs=32;function ee(n){return n.startsWith(Gs)}function Ks(n){if(n.groupName==="")return null;let{name:e}=n,t=e.endsWith("]")?e.lastIndexOf("["):-1,s=t<0?NaN:Number(e.slice(t+1,-1)),i=Number.isInteger(s)&&s>=0?String(n.number-s):"",o=n.id.length===qs?n.id.slice(0,qs/2):"";return`${Gs}${o} ${i} ${n.groupName}`}var dt=class{constructor(e,t){this.id=e;this.name=t.groupName}counts=q();name;startedAt=null;lastEndedAt=null;members=new Set;get first(){for(let{row:e}of this.members)return e.number;return 0}get size(){return x.reduce((e,t)=>e+this.counts[t],0)}get isEmpty(){return this.members.size===0}get settled(){let{succeeded:e,failed:t,cancelled:s}=this.counts;return e+t+s}get endedAt(){return this.settled===this.size?this.lastEndedAt:null}get status(){return x.find(e=>this.counts[e]>0)??"succeeded"}get rows(){let e=[];for(let{row:t}of this.members)e.push(t);return ct(e)}stillCancelling(e){let t=[];if(this.counts.cancelling>0)for(let{row:s}of this.members)s.status==="cancelling"&&s.cancelRequestedAt!==null&&s.cancelRequestedAt<e&&t.push(s);return t}add(e){this.members.add(e),this.counts[e.row.status]+=1,this.note(e.row)}change(e,t){this.counts[e.status]-=1,this.counts[t.status]+=1,this.note(t)}remove(e){this.members.delete(e),P(e.row.status)||(this.counts[e.row.status]-=1)}note(e){e.startedAt!==null&&(this.startedAt===null||e.startedAt<this.startedAt)&&(this.startedAt=e.startedAt),P(e.status)&&e.endedAt!==null&&(this.lastEndedAt===null||e.endedAt>this.lastEndedAt)&&(this.lastEndedAt=e.endedAt)}};function ct(n){for(let e=1;e<n.length;e+=1)if((n[e-1]?.number??0)>(n[e]?.number??0))return n.sort((t,s)=>t.number-s.number);return n}function c(n,e="",t={},...s){let i=document.createElement(n);e!==""&&(i.className=e);for(let[o,r]of Object.entries(t))i.setAttribute(o,r);return i.append(...s),i}function R(n,e,t){let s=c("button",`scl-button ${n}`,{type:"button"},e);return s.addEventListener("click",t),s}function y(n,e){n.textContent!==e&&(n.textContent=e)}function A(n,e,t){n.getAttribute(e)!==t&&(t===null?n.removeAttribute(e):n.setAttribute(e,t))}function ce(n){let e=n.getRootNode(),{activeElement:t}=e instanceof ShadowRoot?e:document;return t!==null&&n.contains(t)}async function Me(n){let{clipboard:e}=navigator;if(e!==void 0){await e.writeText(n);return}let t=c("textarea","scl-unseen",{},n),{activeElement:s}=document;document.body.append(t),t.select();let i=document.execCommand("copy");if(t.remove(),s instanceof HTMLElement&&s.focus(),!i)throw new Error("the browser does not allow to copy here")}function ut(n,e){let t=URL.createObjectURL(new Blob([e],{type:"text/plain;charset=utf-8"}));c("a","",{href:t,download:n}).click(),URL.revokeObjectURL(t)}var Us=0;function Oe(n){return Us+=1,`scl-${n}-${Us}-${Math.random().toString(36).slice(2,8)}`}var Zt="\\u{a0}\\u{34f}\\u{115f}-\\u{1160}\\u{3164}\\u{ffa0}\\u{17b4}-\\u{17b5}\\u{180b}-\\u{180f}\\u{2800}",ht="\\u{200c}-\\u{200d}\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}",Vs="\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}";var mo=/^[\x20-\x7e]*$/,go=new RegExp(`(?![ ${Vs}])[\\p{C}\\p{Z}${Zt}${ht}]`,"gu"),Xs=new RegExp(`[${ht}]`,"u"),yo=new RegExp(`(?![${Zt}${ht}])[\\p{L}\\p{M}\\p{S}]`,"u"),Ys=/[\u200c\u200d]/,vo="⃣";function f(n){let e=n.length>2e3?`${n.slice(0,2e3)} [...]`:n;return mo.test(e)?e:Zs(e,t=>wo[t]??tn(t))}function ue(n){return Zs(n,e=>e===`
`||e==="	"?e:tn(e))}var wo={"\n":"\\n","	":"\\t"};function Zs(n,e){return n.replace(go,(t,s)=>bo(n,s,t)?t:e(t))}function bo(n,e,t){if(!Xs.test(t))return!1;let s=en(n,e+t.length),i=Qs(n,e);return Ys.test(t)?(Xs.test(i)&&!Ys.test(i)&&(i=Qs(n,e-i.length)),es(i)&&es(s)):es(i)||s===vo&&i!==""}function es(n){return(n.codePointAt(0)??0)>=1424&&yo.test(n)}function en(n,e){let t=n.codePointAt(e);return t===void 0?"":String.fromCodePoint(t)}function Qs(n,e){let t=/[\udc00-\udfff]/.test(n[e-1]??"")&&e>1;return e===0?"":en(n,t?e-2:e-1)}function tn(n){let e=n.codePointAt(0)??0,t=e.toString(16);return e<256?`\\x${t.padStart(2,"0")}`:e<65536?`\\u${t.padStart(4,"0")}`:`\\U${t.padStart(8,"0")}`}function te(n){let e=Math.max(0,n);if(e<.9995)return`${Math.round(e*1e3)} ms`;if(e<59.95)return`${e.toFixed(1)} s`;let t=Math.round(e),s=i=>String(i).padStart(2,"0");return t<3600?`${Math.floor(t/60)}m${s(t%60)}s`:t<86400?`${Math.floor(t/3600)}h${s(Math.floor(t%3600/60))}m`:`${Math.floor(t/86400)}d${s(Math.floor(t%86400/3600))}h`}function ts(n){return n>=10&&n<59.5?`${Math.round(n)} s`:te(n)}function pt(n){return n>=10?te(n):`${(n*1e3).toFixed(n<.00995?1:0)} ms`}function T(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function $(n){return n===1?"1 task":`${T(n)} tasks`}function se(n){return x.filter(e=>n[e]>0).map(e=>`${T(n[e])} ${e}`).join(", ")}function sn(n){if(n===null)return"";let{done:e,total:t,note:s}=n,i=Ae(n),o=Number.isInteger(e)?T(e):e.toPrecision(3);return i!==null&&t!==null&&(o=Number.isInteger(e)&&Number.isInteger(t)?`${o} of ${T(t)}`:`${Math.floor(i*100)} %`),s===""?o:`${o}, ${s}`}function Ae({done:n,total:e}){return e===null||e<=0?null:Math.min(1,Math.max(0,n/e))}function ge(n){let e=["bytes","kB","MB","GB","TB"],t=n,s=0;for(;t>=999.5&&s<e.length-1;)t/=1e3,s+=1;return`${s===0||t>=9.95?Math.round(t):t.toFixed(1)} ${e[s]??""}`}function nn(n){let t=n.replace(/\u001b\[[0-9;?]*[A-Za-z]/g,"").replace(/\r+\n/g,`
`).split(`
`).map(s=>s.split("\r").filter(o=>o!=="").at(-1)??"");return ue(t.join(`
`))}function ye(n,e){return n.startedAt===null?"":n.endedAt===null?ts(e-n.startedAt):te(n.endedAt-n.startedAt)}var xo=5,Ce=class{node=c("div","scl-unseen",{role:"status","aria-live":"polite"});shown="";shownAt=-1/0;clock;constructor(e=()=>performance.now()/1e3){this.clock=e}draw(e){let t=this.clock();if(t-this.shownAt<xo)return;let s=se(e);s!==""&&s!==this.shown&&(this.shown=s,this.shownAt=t,this.node.textContent=s)}};function rn(n,e,t){let s=[],i=[],o=new Map;for(let r of n){if(!Z(r.status)&&!(e&&r.status==="cancelling"))continue;s.push(r.id),V(r.status)&&i.push(r.id);let l=t(r.id);l!==""&&o.set(l,(o.get(l)??0)+1)}return{ids:s,force:e,running:s.length-i.length,toCome:i,total:s.length,owners:o}}function Ve({force:n,running:e,total:t}){return t>0&&(n||e>1)}var on=4;function Je({force:n,running:e,total:t,owners:s}){let[i]=s.keys(),o=s.size===1&&i!==void 0?` of ${i}`:"",r=`${n?"Kill the workers of":"Cancel"} ${$(t)}${o}`,l=e<t&&e>0?`, ${T(e)} of them running`:"";return`${r}${l}${s.size>1?ko(s):""}?`}function ko(n){let e=[...n].slice(0,on).map(([s,i])=>`${T(i)} of ${s}`),t=n.size-on;return`: ${e.join(", ")}${t>0?`, and of ${t} more programs`:""}`}var an=10,ss="The cancel was not sent",Re=class{constructor(e,t,s,i){this.store=e;this.rowModel=t;this.actions=s;this.events=i}pending=new Set;stop(e,t=!1){if(t&&this.store.engine?.canStopRunning!==!0)return;let s=e.map(o=>this.store.get(o)).filter(o=>o!==void 0),i=this.plan(s,t);this.confirmed(i,()=>{let o=async()=>{let r=await this.actions.cancel(i.ids,t,!1);return r.trouble||So(i.total-r.accepted)};this.send(i.ids,o,ss,i.toCome)})}stopQueued(){if(!this.rowModel.isFiltered){this.stopAll(!0);return}let e=this.rowModel.stoppable(!0),t=()=>this.actions.cancel(e,!1,!0);this.send(e,ln(t),ss,e)}stopListed(){this.rowModel.isFiltered?this.stop(this.rowModel.stoppable(!1)):this.stopAll(!1)}retry(e,t="submitted again"){let s=e.filter(r=>{let l=this.store.get(r);return l!==void 0&&de(l.status)&&!this.pending.has(r)});if(s.length===0)return;let i=s.length===1?"its future":"their futures",o=async()=>{let{trouble:r}=await this.actions.retry(s);return r||`${$(s.length)} ${t}, if the program still holds ${i}`};this.send(s,o,"Nothing was retried",[])}stopAll(e){let{counts:t,rows:s}=this.store,i=this.plan(e?s.filter(({status:l})=>V(l)):s,!1),o=Ke(t),r=e?0:t.running;this.confirmed({...i,running:r,total:r+o},()=>{let l=()=>this.actions.cancelAll(e);this.send(i.ids,ln(l),ss,i.toCome,o+r>0)})}plan(e,t){return rn(e,t,s=>this.actions.ownerOf?.(s)??"")}confirmed(e,t){Ve(e)?this.events.ask(Je(e),e.force?"Kill":"Cancel them",t):t()}send(e,t,s,i,o=e.length>0){if(o){for(let r of e)this.pending.add(r);this.events.changed(),t().then(r=>{r===""&&i.length>0?this.offerUndo(i):r!==""&&this.events.notice(r)}).catch(r=>{let l=r instanceof Error?r.message:String(r);this.events.notice(`${s}: ${l}`)}).finally(()=>{for(let r of e)this.pending.delete(r);this.events.changed()})}}offerUndo(e){let t=e.length===1?"a queued task":`${T(e.length)} queued tasks`;this.events.notice(`Requested the cancel of ${t}`,()=>{let s=e.filter(i=>this.store.get(i)?.cancelResolution==="never_started");s.length>0?this.retry(s,"submitted again as new"):this.events.notice("Nothing to undo: none of them is cancelled")})}};function ln(n){return async()=>(await n()).trouble}function So(n){return n<=0?"":`${$(n)} ${n===1?"was":"were"} done before the cancel was requested`}var _e=class{constructor(e){this.leave=e;let t=Oe("question");this.text=c("span","scl-question",{id:t}),this.yes=R("scl-yes","",()=>{this.answer(!0)});let s=R("scl-no","Keep",()=>{this.answer(!1)});this.node=c("div","scl-confirm",{role:"alertdialog","aria-labelledby":t},this.text,c("span","scl-answers",{},this.yes,s)),this.node.hidden=!0,this.node.addEventListener("keydown",i=>{let o=Eo.get(i.key);o!==void 0&&!i.ctrlKey&&!i.metaKey&&!i.altKey&&(i.preventDefault(),this.answer(o))})}node;text;yes;proceed=null;get isOpen(){return this.proceed!==null}ask(e,t,s){this.proceed=s,y(this.text,e),y(this.yes,t),this.node.hidden=!1,this.yes.focus()}close(){let e=ce(this.node);this.proceed=null,this.node.hidden=!0,e&&this.leave()}answer(e){let{proceed:t}=this;this.close(),e&&t?.()}},Eo=new Map([["y",!0],["n",!1],["Escape",!1]]);var dn=Symbol.for("scaler_lab.places");function cn(){return globalThis[dn]??null}function ns(n){globalThis[dn]=n}var To=/[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /,Mo=/^( {2})(?:File "([^"]+)"|Cell (In\[\d+\])), line (\d+)(?=, in |$)/;function is(n,e){let t=cn(),s=[],i=[],o=!1,r=0,l=()=>{let a=c("pre","",{},...i.slice(0,-1));if(i.length>0&&o){let d=r===1?"1 frame in a library":`${r} frames in libraries`;s.push(c("details","",{},c("summary","",{},d),a))}else i.length>0&&s.push(a);i=[],r=0};for(let a of n.split(`
`)){let d=Mo.exec(a),u=d===null?o&&a.startsWith("    "):To.test(a);u!==o&&(l(),o=u),d===null||o?i.push(a,`
`):i.push(...Oo(a,d,t,e),`
`),r+=d===null?0:1}return l(),s}function Oo(n,[e,t,s,i,o],r,l){let a={file:s??"",label:i??"",line:Number(o),cell:l};if(r?.canShow(a)!==!0)return[n];let d=e.slice(t?.length??0),u=c("a","scl-place",{href:"#",title:"Show this line"},d);return u.addEventListener("click",h=>{h.preventDefault(),h.stopPropagation(),r.show(a)}),[t??"",u,n.slice(e.length)]}var hn={colour:"",isBold:!1,isFaint:!1,isUnderlined:!1},Ao=/\u001b\[([0-9;?:]*)([A-Za-z])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;function pn(n){let e=hn;return n.replace(/\r+\n/g,`
`).split(`
`).map(t=>{let s=t.split("\r").filter(o=>o!=="");for(let o of s.slice(0,-1))e=un(o,e).after;let i=un(s.at(-1)??"",e);return e=i.after,i.line})}function un(n,e){let t=[],s=e,i=0,o=r=>{r!==""&&t.push({text:ue(r),classes:Io(s)})};for(let r of n.matchAll(Ao))o(n.slice(i,r.index)),i=r.index+r[0].length,r[2]==="m"&&(s=Co(s,r[1]??""));return o(n.slice(i)),{line:t,after:s}}function Co(n,e){let t=n,s=e.split(/[;:]/).map(Number);for(let i=0;i<s.length;i+=1){let o=s[i]??0;o===38||o===48?i+=s[i+1]===2?4:2:t=Ro(t,o)}return t}function Ro(n,e){if(e===0)return hn;if(e===39)return{...n,colour:""};if(e>=30&&e<=37||e>=90&&e<=97)return{...n,colour:_o[e%10]??""};switch(e){case 1:return{...n,isBold:!0};case 2:return{...n,isFaint:!0};case 4:return{...n,isUnderlined:!0};case 22:return{...n,isBold:!1,isFaint:!1};case 24:return{...n,isUnderlined:!1};default:return n}}var _o=["black","red","green","yellow","blue","magenta","cyan","white"];function Io({colour:n,isBold:e,isFaint:t,isUnderlined:s}){return[n===""?"":`scl-ansi-${n}`,e?"scl-ansi-bold":"",t?"scl-ansi-faint":"",s?"scl-ansi-underlined":""].filter(i=>i!=="").join(" ")}var Lo=8,No=5e3,ft=class{node;head=c("span","scl-block-title",{},"Output");output=c("pre","scl-output",{tabindex:"0","aria-label":"Output"});follow;found=c("span","scl-quiet",{role:"status"});field;shown=[];text="";name="task";follows=!0;hit=-1;constructor(e){this.follow=R("scl-toggle","Follow",()=>{this.setFollow(!this.follows)});let t=R("","Copy",()=>{Me(this.plain).then(()=>{e("Copied the output")},o=>{e(String(o))})}),s=R("","Download",()=>{ut(`${this.name.replace(/[^\w.-]+/g,"_")}.txt`,this.plain)});this.field=c("input","scl-find",{type:"search",placeholder:"Find","aria-label":"Find in the output",spellcheck:"false"}),this.field.addEventListener("input",()=>{this.hit=-1,this.mark()}),this.field.addEventListener("keydown",o=>{o.key==="Enter"&&this.next(o.shiftKey?-1:1)}),this.output.addEventListener("scroll",()=>{this.setFollow(this.isAtEnd)});let i=[this.found,this.field,this.follow,t,s];this.node=c("div","scl-block",{},c("div","scl-block-head",{},this.head,c("span","scl-answers",{},...i)),this.output),this.node.hidden=!0}clear(e){this.name=e,this.text="",this.shown=[],this.output.replaceChildren(),this.node.hidden=!0,this.field.value="",this.setFollow(!0)}draw(e,t){if(this.node.hidden=e==="",y(this.head,t>0?`Output, after ${ge(t)} more`:"Output"),e===this.text)return;this.text=e;let s=pn(e).slice(-No),i=s.map(r=>JSON.stringify(r)),o=0;for(;o<i.length&&i[o]===this.shown[o];)o+=1;for(;this.output.childNodes.length>o;)this.output.lastChild?.remove();this.output.append(...s.slice(o).map((r,l)=>Po(r,l+o>0))),this.shown=i,this.mark(),this.follows&&(this.output.scrollTop=this.output.scrollHeight)}get plain(){return this.output.textContent}get isAtEnd(){let{scrollTop:e,clientHeight:t,scrollHeight:s}=this.output;return e+t>=s-Lo}setFollow(e){this.follows=e,this.follow.setAttribute("aria-pressed",String(e)),e&&!this.isAtEnd&&(this.output.scrollTop=this.output.scrollHeight)}mark(){let e=this.field.value.toLowerCase(),t=[];for(let s of this.output.children){let i=e!==""&&s.textContent.toLowerCase().includes(e);s.classList.toggle("scl-hit",i),i&&s instanceof HTMLElement&&t.push(s)}return y(this.found,e===""?"":`${t.length} lines`),t}next(e){let t=this.mark();t.length>0&&(this.hit=(this.hit+e+t.length)%t.length,this.setFollow(!1),t[this.hit]?.scrollIntoView({block:"nearest"}))}};function Po(n,e){let t=c("span","",{},e?`
`:"");for(let{text:s,classes:i}of n)t.append(i===""?s:c("span",i,{},s));return t}var $o=400,Fo=1e3,fn=80,zo=340,mn=24,Le=class{constructor(e,t,s){this.actions=e;this.view=t;this.events=s;let i=c("button","scl-button scl-shut",{type:"button","aria-label":"Close the details"},"✕");i.addEventListener("click",s.close),this.output=new ft(s.notice),this.copyTraceback=R("","Copy traceback",()=>{this.copy(this.tracebackText,"the traceback")});let o=R("","Copy id",()=>{this.copy(this.shown?.id??"","the id")}),r=c("span","scl-answers",{},this.copyTraceback,o,i),l=c("div","scl-pane-head",{},this.heading,r);this.node=c("div","scl-pane",{role:"group","aria-label":"Details of the task"},...t===null?[]:[this.handle(t),l],this.error,this.traceback,this.where,this.output.node,this.arguments,this.facts),this.node.hidden=!0}node;heading=c("div","scl-pane-title");error=c("div","scl-error");facts=c("dl","scl-facts");arguments=c("div","scl-arguments");traceback=c("div","scl-traceback");where=c("div","scl-where",{role:"group","aria-label":"Where it is"});copyTraceback;output;shown=null;profile=null;tracebackText="";whereText="";known="";asking=!1;timer=0;dispose(){window.clearTimeout(this.timer)}draw(e){this.node.hidden=e===null;let t=this.view?.paneHeight??null;this.node.style.height=t===null?"":`${t}px`,this.node.classList.toggle("scl-is-sized",t!==null);let s=this.shown;if(e===null||e===s){this.shown=e;return}this.shown=e,s?.id!==e.id&&this.begin(e),this.node.dataset.status=e.status,y(this.heading,`${W[e.status]} ${f(e.name)}`),y(this.error,f(e.error)),this.error.hidden=e.error==="",this.writeFacts(e),(s?.id!==e.id||s.status!==e.status)&&this.showArguments(e.id),this.request()}begin(e){this.traceback.replaceChildren(),this.where.replaceChildren(),this.whereText="",this.tracebackText="",this.copyTraceback.hidden=!0,this.output.clear(e.name),this.arguments.replaceChildren(),this.profile=null,this.known=""}writeFacts(e){this.facts.replaceChildren(...yn([...jo(e),...Ho(this.profile)]))}copy(e,t){Me(e).then(()=>{this.events.notice(`Copied ${t}`)},s=>{this.events.notice(s instanceof Error?s.message:String(s))})}handle(e){let t=c("div","scl-handle",{role:"separator",tabindex:"0","aria-orientation":"horizontal","aria-label":"Height of the details","aria-valuemin":String(fn),"aria-valuenow":String(e.paneHeight??zo),title:"Drag to resize; double-click to fit"}),s=o=>{let r=this.node.offsetHeight+o;e.paneHeight=Math.max(fn,r),this.node.style.height=`${e.paneHeight}px`,this.node.classList.add("scl-is-sized"),t.setAttribute("aria-valuenow",String(e.paneHeight))},i=null;return t.addEventListener("pointerdown",o=>{i=o.clientY,t.setPointerCapture(o.pointerId),o.preventDefault()}),t.addEventListener("pointermove",o=>{i!==null&&(s(i-o.clientY),i=o.clientY)}),t.addEventListener("pointerup",()=>{i=null}),t.addEventListener("dblclick",()=>{e.paneHeight=null,this.node.style.height="",this.node.classList.remove("scl-is-sized")}),t.addEventListener("keydown",o=>{(o.key==="ArrowUp"||o.key==="ArrowDown")&&(o.preventDefault(),s(o.key==="ArrowUp"?mn:-mn))}),t}async request(){let e=this.shown;if(e===null||this.asking)return;let t=P(e.status),s=e.status==="running"||e.status==="cancelling",i=s?Math.floor(Date.now()/Fo):"",o=`${e.id} ${t?e.status:""} ${e.outputBytes} ${i}`,r=e.status==="failed"||e.outputBytes>0||s;if(!(o===this.known||!(r||t&&this.actions.details!==void 0))){this.known=o,this.asking=!0,e.status==="failed"&&this.traceback.childElementCount===0&&this.traceback.replaceChildren(Ie("asking for the traceback …"));try{let l=await this.detailsOf(e.id);this.shown?.id===e.id&&this.write(this.shown,l)}catch(l){let a=l instanceof Error?l.message:String(l);this.shown?.id===e.id&&this.traceback.replaceChildren(Ie(`The details could not be had: ${a}`))}this.timer=window.setTimeout(()=>{this.asking=!1,this.request()},$o)}}async detailsOf(e){return this.actions.details!==void 0?this.actions.details(e):{traceback:await this.actions.traceback(e),output:"",outputBefore:0,profile:null,stack:null}}write(e,t){e.status==="failed"&&t.traceback!==this.tracebackText?(this.tracebackText=t.traceback,this.copyTraceback.hidden=t.traceback==="",this.traceback.replaceChildren(...is(ue(t.traceback),e.cell))):e.status==="failed"&&t.traceback===""&&this.traceback.replaceChildren(Ie("No traceback is kept of it.")),this.profile=t.profile,this.writeFacts(e),this.writeWhere(e,t.stack),this.output.draw(t.output,t.outputBefore)}writeWhere(e,t){let s=[],i="";if(t!==null&&!P(e.status)){let o=t.problem===""?"":`; ${t.problem}`,r=`where it is: ${f(t.state+o)}`,l=ue(Hs(t));i=`${r}
${l}`,s.push(Ie(r),...is(l,e.cell))}if(i!==this.whereText){let o=this.where.querySelector("details[open]")!==null;this.whereText=i,this.where.replaceChildren(...s);for(let r of this.where.querySelectorAll("details"))r.open=o}}async showArguments(e){if(this.actions.arguments===void 0)return;let t;try{t=Do(await this.actions.arguments(e))}catch(s){let i=s instanceof Error?s.message:String(s);t=[Ie(`The arguments could not be had: ${i}`)]}this.shown?.id===e&&this.arguments.replaceChildren(...t)}};function Do({arguments:n,trouble:e,result:t}){let s=[];if(n.length>0){let i=n.map(([o,r])=>[f(o),f(r)]);s.push(gn("Arguments",c("dl","scl-values",{},...yn(i))))}else e!==""&&t===null&&s.push(Ie(e));if(t!==null){let i=t.bytes===null?"":`, ${ge(t.bytes)}`,o=c("pre","",{tabindex:"0","aria-label":"Result"},ue(t.text));s.push(gn(`Result: ${f(t.type)}${i}`,o))}return s}function gn(n,e){return c("div","scl-block",{},c("span","scl-block-title",{},n),e)}function Ie(n){return c("p","scl-quiet",{},n)}function yn(n){return n.map(([e,t])=>c("div","",{},c("dt","",{},e),c("dd","",{},t)))}function Ho(n){let e=[];return n?.cpuSeconds!=null&&e.push(`${te(n.cpuSeconds)} of CPU`),n?.peakMemory!=null&&n.peakMemory>0&&e.push(`${ge(n.peakMemory)} of memory in its worker`),n?.bytesIn!=null&&n.bytesIn>0&&e.push(`${ge(n.bytesIn)} in`),n?.bytesOut!=null&&n.bytesOut>0&&e.push(`${ge(n.bytesOut)} out`),e.length===0?[]:[["took",e.join(", ")],["of all tasks","client.resource_usage()"]]}function jo(n){let e=[],t=s=>new Date(s*1e3).toLocaleTimeString();if(n.groupName!==""&&e.push(["group",f(n.groupName)]),n.worker!==""&&e.push(["worker",f(n.worker)]),e.push(["submitted",t(n.submittedAt)]),n.startedAt!==null&&e.push(["started",`${t(n.startedAt)}, after ${te(n.startedAt-n.submittedAt)}`]),n.endedAt!==null){let s=n.startedAt===null?"":`, having run ${te(n.endedAt-n.startedAt)}`;e.push(["ended",t(n.endedAt)+s])}if(n.progress&&e.push(["progress",f(sn(n.progress))]),n.cancelRequestedAt!==null){let s=n.cancelRequestedBy===""?"":` by ${f(n.cancelRequestedBy)}`;e.push(["cancel requested",t(n.cancelRequestedAt)+s])}if(n.cancelResolution!==null){let s=n.cancelSeconds===null?"":`, ${pt(n.cancelSeconds)} after the request`;e.push(["settled",`${Wo(n)}${s}`])}return n.detail!==""&&e.push([n.status==="cancelling"?"waits for":"note",f(n.detail)]),n.attempt>1&&e.push(["attempt",String(n.attempt)]),n.tags.length>0&&e.push(["tags",f(n.tags.join(", "))]),e.push(["id",n.id]),e}function Wo(n){switch(n.cancelResolution){case"never_started":return"never started: taken out of the queue";case"interrupted":return"interrupted: stopped inside the task, its worker lives on";case"killed":return"killed: its worker process was stopped";case"finished_first":return"finished first: its result came before the cancel and was discarded";case"lost":return"lost: the engine went away before answering";case null:return""}}var Bo=.005,os=.5,qo=1,Go=60,vn=2,Ko=3,Uo=8;function wn(n,e){let t=n.progress?Ae(n.progress):null,s=n.startedAt===null?0:e-n.startedAt;return t===null||t<Bo||t>=1||s<os?null:s*(1-t)/t}function bn(n,e){let{settled:t,size:s,startedAt:i,counts:o}=n,r=i===null?0:e-i;if(!(o.running+o.cancelling>0)||t<vn||t===s||r<os)return null;let a=n.lastEndedAt??e,d=(a-(i??a))/t;return e-a>Math.max(Ko,Uo*d)?null:(s-t)*r/t}var mt=class{samples=[];of(e,t,s){let i=this.samples.at(-1);if(e===t||i!==void 0&&e<i.settled)return this.samples=[],null;for((i===void 0||s-i.at>=qo)&&this.samples.push({at:s,settled:e});(this.samples[1]?.at??s)<=s-Go;)this.samples.shift();let o=this.samples[0],r=e-(o?.settled??e);return o===void 0||r<vn||s-o.at<os?null:(t-e)*(s-o.at)/r}};function Ne(n){if(n<10)return`~${Math.max(1,Math.round(n))} s`;if(n<57.5)return`~${Math.round(n/5)*5} s`;if(n<295){let i=Math.round(n/10),o=i%6*10;return`~${Math.floor(i/6)} min${o===0?"":` ${o} s`}`}let e=Math.round(n/60);if(e<60)return`~${e} min`;let t=Math.round(e%60/10)*10;return`~${Math.floor(e/60)+(t===60?1:0)} h${t%60===0?"":` ${t} min`}`}var we={arguments:"",result:"",line:""};function gt(n,e,t=we,s=null){switch(n.status){case"running":return Vo(n,e,t);case"queued":return ve(Pe(rs(n),n.detail===""?Xo(s):n.detail));case"waiting":case"retrying":return ve(n.detail===""?"waits for other tasks":n.detail);case"failed":return ve(n.error,"failed");case"cancelling":{let i=ts(e-(n.cancelRequestedAt??e));return ve(Pe(`${i}${xn(n)}`,n.detail),"cancelling")}case"cancelled":return ve(Pe(Yo(n)+xn(n),n.detail));case"succeeded":return ve(t.result)}}function Vo(n,e,t){let{progress:s}=n;if(!s)return ve(Pe(rs(n),t.line));let i=wn(n,e),o=Pe(Jo(s),i===null?"":`${Ne(i)} left`,s.note);return{word:"",text:Pe(rs(n),o),share:Ae(s)}}function Jo(n){let{done:e,total:t}=n,s=Ae(n),i=Number.isInteger(e)&&(t===null||Number.isInteger(t));return s===null||t===null?Number.isInteger(e)?T(e):e.toPrecision(3):i?`${T(e)}/${T(t)}`:`${Math.floor(s*100)} %`}function rs(n){return n.attempt>1?`attempt ${n.attempt}`:""}function Xo(n){return n===null?"":n===0?"first in the queue":`${T(n)} queued before it`}function Yo(n){let e=n.cancelSeconds===null?"":` in ${pt(n.cancelSeconds)}`;switch(n.cancelResolution){case"never_started":return"never started";case"interrupted":return`stopped${e}`;case"killed":return`killed${e}`;case"finished_first":return"finished first, result discarded";case"lost":return"lost with its engine";case null:return"cancelled"}}function xn(n){return n.cancelRequestedBy===""?"":`, from ${n.cancelRequestedBy}`}function ve(n,e=""){return{word:e,text:n,share:null}}function Pe(...n){return n.filter(e=>e!=="").join(" · ")}var Qo=300,Zo=60,er=4,tr=2500,sr=4e3,$e=class{constructor(e,t){this.actions=e;this.changed=t}known=new Map;wanted=new Map;timer=0;isBusy=!1;dispose(){window.clearTimeout(this.timer)}of(e){let t=this.known.get(e.id);return t?.of!==kn(e)&&this.isWorthAsking(e)&&(this.wanted.set(e.id,e),this.schedule()),t?.glimpse??we}isWorthAsking(e){return this.actions.glimpses!==void 0?!0:this.actions.details!==void 0&&e.status==="running"&&nr(e)}schedule(){if(this.timer===0&&!this.isBusy){let e=this.actions.glimpses!==void 0;this.timer=window.setTimeout(()=>{this.timer=0,this.request()},e?Qo:tr)}}async request(){let e=this.actions.glimpses===void 0?er:Zo,t=[...this.wanted.values()].slice(-e);this.wanted.clear(),this.isBusy=!0;try{let s=await this.fetch(t);for(let i of t)this.keep(i,s.get(i.id)??we);this.changed()}catch{for(let s of t)this.keep(s,we)}finally{this.isBusy=!1}this.wanted.size>0&&this.schedule()}async fetch(e){let{actions:t}=this;if(t.glimpses!==void 0)return t.glimpses(e.map(({id:i})=>i));let s=await Promise.all(e.map(async({id:i})=>{let o=(await t.details?.(i))?.output??"";return[i,{...we,line:ir(o)}]}));return new Map(s)}keep(e,{arguments:t,result:s,line:i}){let o=this.known.get(e.id)?.glimpse??we,r={arguments:t||o.arguments,result:s,line:i};this.known.delete(e.id),this.known.set(e.id,{of:kn(e),glimpse:r});for(let l of this.known.keys()){if(this.known.size<=sr)break;this.known.delete(l)}}};function kn(n){return P(n.status)?n.status:`${n.attempt} ${n.outputBytes}`}function nr(n){return n.outputBytes>0}function ir(n){return nn(n).split(`
`).filter(t=>t.trim()!=="").at(-1)?.trim()??""}var or=["succeeded","failed","cancelled","cancelling","running","retrying","queued","waiting"],rr=.004,he=class{node=c("div","scl-bar");segments=new Map;constructor(){for(let e of or){let t=c("span","scl-segment",{"data-status":e,hidden:""});this.segments.set(e,t),this.node.append(t)}}draw(e){let t=x.reduce((s,i)=>s+e[i],0);for(let[s,i]of this.segments){let o=t===0?0:e[s]/t,r=o===0?"0":String(Math.max(o,rr));i.style.flexGrow!==r&&(i.style.flexGrow=r,i.hidden=o===0)}}};var Fe=class{eta=new mt;of(e){let{counts:t,size:s,settled:i}=e,o=e.phase==="ended"?null:this.eta.of(i,s,e.now()),r=[`${T(i)}/${T(s)}`];return t.failed>0&&r.push(`${T(t.failed)} failed`),o!==null&&r.push(Ne(o)),r.join(" · ")}};var lr=/\[\d+\]$/;function Xe(n,e,t){let s=lr.exec(n)?.[0]??"",i=s===""?n:n.slice(0,-s.length);if(t&&s!==""&&i===e)return{stem:"",tail:s};let r=/^[\x20-\x7e]*$/.test(i)&&i.length>18?6:0;return{stem:i.slice(0,i.length-r),tail:i.slice(i.length-r)+s}}function ls(n){let e=0;for(let t of n){let s=t.codePointAt(0)??0;s>=4352&&(s>=11904||s<=4447)&&(e+=1)}return n.length+e}var ze=2,ar={stop:"Cancel",kill:"Kill the workers of",retry:"Retry"},dr="Requested; waiting for the answer",yt=class n{node;id="";nameColumns=0;extraColumns=0;shown=null;shownBelow=!1;check=pe("check",1);state=pe("state",2);icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");number=pe("number",3);name=pe("name",4);stem=c("span","scl-stem");tail=c("span","scl-tail");extra=c("span","scl-extra");worker=pe("worker",5);now=pe("now",6);bar=new he;progress=c("span","scl-progress",{"aria-hidden":"true"});filled=c("span","scl-filled");word=c("span","scl-word");text=c("span","scl-text");time=pe("time",7);doing=pe("doing",8);stop=Sn("scl-stop","stop");more=Sn("scl-more","details");constructor(e){this.check.append(c("span","scl-tick",{"aria-hidden":"true"})),this.state.append(this.icon,this.stateWord),this.name.append(c("span","scl-name",{},this.stem,this.tail),this.extra),this.bar.node.setAttribute("aria-hidden","true"),this.progress.append(this.filled),this.now.append(this.bar.node,this.progress,this.word,this.text),this.doing.append(this.stop,this.more),this.node=c("div","scl-row",{role:"row",id:e},this.check,this.state,this.number,this.name,this.worker,this.now,this.time,this.doing)}get wants(){return this.nameColumns+this.extraColumns}static buttonOf(e,t){if(t.isOver||e.status==="succeeded")return null;if(P(e.status))return t.isPending?"asked":"retry";if(e.status==="cancelling"){let s=e.cancelRequestedAt??t.now;return t.canKill&&t.now-s>ze?"kill":"asked"}return t.isPending?"asked":"cancel"}static buttonOfGroup(e,{isOver:t,canKill:s,now:i}){let{counts:o}=e,r=U(o);if(t)return null;if(r>0)return["stop",r];if(o.cancelling>0){let a=s?e.stillCancelling(i-ze).length:0;return a>0?["kill",a]:["asked",o.cancelling]}let l=o.failed+o.cancelled;return l>0?["retry",l]:null}update(e,t){this.id=e.id,this.place(t);let{isBelow:s}=t;this.shown===null&&this.becomeTask(),(this.shown!==e||this.shownBelow!==s)&&(this.writeFacts(e,s),this.shown=e,this.shownBelow=s),this.writeExtra(f(t.glimpse.arguments)),y(this.time,ye(e,t.now)),this.say(e.status,gt(e,t.now,t.glimpse,t.before)),this.writeButton(e,n.buttonOf(e,t))}updateGroup(e,t){this.id=e.id,this.place(t),this.shown=null,this.node.classList.add("scl-group"),this.bar.node.hidden=!1,this.progress.hidden=!0,this.more.classList.add("scl-hidden"),this.writeStatus(e.status),A(this.node,"aria-expanded",String(!t.isFolded)),y(this.number,String(e.first));let s=f(e.name);this.writeName(Xe(s,"",!1),s),this.name.title=`${s}: ${$(e.size)}`,this.name.dataset.do="fold",this.writeExtra($(e.size)),y(this.worker,""),y(this.time,ye(e,t.now)),this.bar.draw(e.counts),this.say(e.status,{word:"",text:cr(e,t.now),share:null}),A(this.now,"title",se(e.counts)),this.writeGroupButton(s,n.buttonOfGroup(e,t))}writeGroupButton(e,t){let[s,i]=t??["asked",0],o=s==="asked"?"stop":s,r=`${ar[o]} ${$(i)}`;this.offer(t!==null,s,o,r,`${r} of ${e}`)}writeButton(e,t){let s=de(e.status),i=t==="kill"?"Kill the worker of":s?"Retry":"Cancel",o=t==="kill"?"It was requested to stop and has not yet: stop its worker process":i,r=t==="kill"?"kill":s?"retry":"stop";this.offer(t!==null,t??"asked",r,o,`${i} ${f(e.name)}`)}offer(e,t,s,i,o){let{stop:r}=this,l=t==="asked";r.disabled=l,r.classList.toggle("scl-hidden",!e),A(r,"data-do",s),A(r,"aria-label",o),r.title=l?dr:i}place(e){this.node.style.transform=`translateY(${e.top}px)`,A(this.node,"aria-rowindex",String(e.index+2)),A(this.node,"aria-selected",String(e.isSelected)),A(this.node,"aria-level",e.level===null?null:String(e.level)),this.node.classList.toggle("scl-active",e.isActive)}say(e,{word:t,text:s,share:i}){let o=f(s);y(this.word,t),this.word.hidden=t==="",y(this.text,o);let r=t===""?o:`${t}: ${o}`;A(this.now,"title",r),A(this.state,"title",r===""||t!==""?e:`${e}: ${r}`),this.progress.hidden=i===null;let l=`${(i??0)*100}%`;this.filled.style.width!==l&&(this.filled.style.width=l)}writeStatus(e){this.node.dataset.status=e,y(this.icon,W[e]),y(this.stateWord,e)}becomeTask(){this.node.classList.remove("scl-group"),this.bar.node.hidden=!0,this.more.classList.remove("scl-hidden"),delete this.name.dataset.do,A(this.node,"aria-expanded",null)}writeFacts(e,t){this.writeStatus(e.status),y(this.number,String(e.number));let s=f(e.name);this.writeName(Xe(s,f(e.groupName),t),s),A(this.more,"aria-label",`Details of ${s}`),this.more.title="Details",y(this.worker,f(e.worker)),this.worker.title=f(e.worker)}writeName({stem:e,tail:t},s){y(this.stem,e),y(this.tail,t),this.name.title=s,this.nameColumns=ls(e+t)}writeExtra(e){this.extra.textContent!==e&&(y(this.extra,e),this.extra.title=e,this.extraColumns=e===""?0:ls(e)+2)}};function cr(n,e){let{counts:t,settled:s,size:i}=n,o=bn(n,e);return[`${T(s)}/${T(i)}`,t.failed>0?`${T(t.failed)} failed`:"",t.cancelled>0?`${T(t.cancelled)} cancelled`:"",o===null?"":Ne(o)].filter(r=>r!=="").join(" · ")}function pe(n,e){return c("div",`scl-cell scl-c-${n}`,{role:"gridcell","aria-colindex":String(e)})}function Sn(n,e){return c("button",`scl-act ${n}`,{type:"button",tabindex:"-1","data-do":e})}var ur=2e3,hr=1,vt=class{constructor(e,t,s){this.store=e;this.commands=t;this.glimpses=s;for(let o of[this.bar.node,this.progress])o.setAttribute("aria-hidden","true");this.stop=R("scl-one-stop","Cancel",()=>{this.onClick()});let i=c("span","scl-one-now",{},this.word,this.text);this.node=c("div","scl-one",{role:"group","aria-label":"Progress"},this.icon,this.stateWord,this.name,this.bar.node,this.progress,i,this.time,this.stop)}node;icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");stem=c("span","scl-stem");tail=c("span","scl-tail");name=c("span","scl-name scl-one-name",{},this.stem,this.tail);bar=new he;filled=c("span","scl-filled");progress=c("span","scl-progress",{},this.filled);word=c("span","scl-word");text=c("span","scl-one-text");time=c("span","scl-one-time");stop;headline=new Fe;times={startedAt:null,endedAt:null};readAt=-1;get only(){return this.store.size===1?this.store.rows[0]:void 0}draw(){let{store:e,only:t}=this,s=t?.status??pr(e);this.node.dataset.status=s,y(this.icon,W[s]),y(this.stateWord,s);let i=f(t?.name??e.engine?.label??""),{stem:o,tail:r}=Xe(i,"",!1);y(this.stem,o),y(this.tail,r),this.name.title=i,this.bar.node.hidden=t!==void 0,this.bar.draw(e.counts),this.say(t===void 0?this.ofAll():this.ofOne(t)),y(this.time,ye(this.timesAt(e.now()),e.now())),this.drawButton()}say({word:e,text:t,share:s}){let i=f(t);y(this.word,e),this.word.hidden=e==="",y(this.text,i),this.text.title=i,this.progress.hidden=s===null,this.filled.style.width=`${(s??0)*100}%`}ofAll(){return A(this.node,"title",se(this.store.counts)),{word:"",text:this.store.size===0?"":this.headline.of(this.store),share:null}}ofOne(e){A(this.node,"title",e.status);let t=gt(e,this.store.now(),this.glimpses?.of(e));return t.word!==""?e.status==="failed"&&this.glimpses===null?{...t,text:""}:t:t.text===""?{...t,text:e.status}:t}drawButton(){let{counts:e,phase:t}=this.store,s=e.cancelling>0||this.commands.pending.size>0,i=U(e)>0&&this.commands.pending.size===0,o=!i&&this.late.length>0;this.stop.hidden=t==="ended"||!(i||s),this.stop.disabled=!(i||o),y(this.stop,o?"Kill":i?"Cancel":"Cancelling …"),this.stop.title=o?"Stop the worker: the task has not ended since the request":""}onClick(){U(this.store.counts)>0?this.commands.stopListed():this.commands.stop(this.late,!0)}get late(){let{store:e}=this;if(e.counts.cancelling===0||e.engine?.canStopRunning!==!0)return[];let t=e.now()-ze;return e.rows.filter(({status:s,cancelRequestedAt:i})=>s==="cancelling"&&(i??t)<t).map(({id:s})=>s)}timesAt(e){let{rows:t}=this.store;return(t.length<=ur||e>=this.readAt+hr)&&(this.readAt=e,this.times=fr(t)),this.times}};function pr({counts:n}){return x.find(e=>n[e]>0)??"waiting"}function fr(n){let e=null,t=null,s=!1;for(let i of n)i.startedAt!==null&&(e===null||i.startedAt<e)&&(e=i.startedAt),P(i.status)?i.endedAt!==null&&(t===null||i.endedAt>t)&&(t=i.endedAt):s=!0;return{startedAt:e,endedAt:s?null:t}}var De=["state","number","name","worker","time","note"],wt={key:"state",descending:!1};function Ye(n){return"version"in n}function K(n){return n.map(e=>e.id)}function as(n){return Ye(n)?n.number:n.first}function En(n){return n.sort((e,t)=>as(e)-as(t))}function Tn(n,{key:e,descending:t},s){if(e==="state"){let o=new Map(x.map(l=>[l,[]]));for(let l of n)o.get(l.status)?.push(l);return(t?[...x].reverse():x).flatMap(l=>o.get(l)??[])}if(e==="number"&&!t)return n;let i=[...n];if(e!=="number"){let o=new Map(n.map(r=>[r.id,mr(r,e,s)]));i.sort((r,l)=>gr(o.get(r.id),o.get(l.id)))}return t?i.reverse():i}function mr(n,e,t){switch(e){case"state":return x.indexOf(n.status);case"number":return as(n);case"name":return n.name.toLowerCase();case"worker":return Ye(n)?n.worker:"";case"time":return n.startedAt===null?-1:(n.endedAt??t)-n.startedAt;case"note":return Ye(n)?n.cancelResolution??n.error:""}}function gr(n,e){return typeof n=="string"&&typeof e=="string"?n===e?0:n===""?1:e===""||n<e?-1:1:Number(n)-Number(e)}var bt=class{constructor(e){this.store=e}tasks=new Set;groups=new Set;has(e){return this.tasks.has(e)||this.groups.has(e)||this.groups.size>0&&this.groups.has(this.store.groupOf(e)?.id??"")}get size(){return this.sumOfGroups(e=>e.size)+this.tasks.size}get rows(){let e=[...this.groups].flatMap(t=>this.store.group(t)?.rows??[]);for(let t of this.tasks){let s=this.store.get(t);s===void 0?this.tasks.delete(t):e.push(s)}return e}get stoppable(){return K(this.rows.filter(e=>Z(e.status)))}get stoppableCount(){return this.sumOfGroups(({counts:e})=>U(e))+this.count(Z)}get retriableCount(){return this.sumOfGroups(({counts:t})=>t.failed+t.cancelled)+this.count(de)}add(e){if(ee(e)){this.groups.add(e);for(let t of this.tasks)this.store.groupOf(t)?.id===e&&this.tasks.delete(t)}else this.has(e)||this.tasks.add(e)}remove(e){if(this.tasks.delete(e)||this.groups.delete(e))return;let t=this.store.groupOf(e);if(t!==null&&this.groups.delete(t.id)){for(let s of t.rows)this.tasks.add(s.id);this.tasks.delete(e)}}clear(){this.tasks.clear(),this.groups.clear()}count(e){let t=0;for(let s of this.tasks){let i=this.store.get(s);t+=i!==void 0&&e(i.status)?1:0}return t}sumOfGroups(e){let t=0;for(let s of this.groups){let i=this.store.group(s);i===void 0?this.groups.delete(s):t+=e(i)}return t}};var yr=8,vr=5e3,be=class{constructor(e,t=new me){this.folding=t;this.store=e,this.selection=new bt(e)}store;statuses=new Set;search="";order=wt;held=!1;listed=[];positions=null;madeOf=-1;isStale=!0;dearUntil=0;isGrouped=!0;room=12;cleared=new Set;selection;anchor=null;active=null;get filter(){return this.statuses}get query(){return this.search}get sort(){return this.order}get isFiltered(){return this.statuses.size>0||this.search!==""}toggleStatus(e){let t=new Set(this.statuses);t.delete(e)||t.add(e),this.statuses=t.size===x.length?new Set:t,this.isStale=!0}find(e){this.search=e.trim().toLowerCase(),this.isStale=!0}showAll(){this.cleared.clear(),this.statuses=new Set,this.search="",this.isStale=!0}sortBy(e){this.order.key!==e?this.order={key:e,descending:!1}:this.order.descending?this.order=wt:this.order={key:e,descending:!0},this.isStale=!0}cycleStatus(e){let{counts:t}=this.store,s=[null,...x.filter(l=>t[l]>0)],[i]=this.statuses.size===1?this.statuses:[null],o=Math.max(s.indexOf(i??null),0),r=s[(o+e+s.length)%s.length]??null;this.statuses=r===null?new Set:new Set([r]),this.isStale=!0}cycleSort(){let e=De.indexOf(this.order.key);this.order={key:De[(e+1)%De.length]??"state",descending:!1},this.isStale=!0}reverseSort(){this.order={...this.order,descending:!this.order.descending},this.isStale=!0}restore(e,t,s){this.order=e,this.statuses=new Set(t),this.find(s)}clearDone(){for(let{id:e,status:t}of this.store.rows)P(t)&&this.cleared.add(e);this.isStale=!0}get clearedCount(){return this.cleared.size}get groupsAreListed(){return this.isGrouped&&!this.isFiltered}get groupsAreWanted(){return this.isGrouped}listGroups(e){this.isGrouped=e,this.isStale=!0}isFolded(e){return this.folding.isFolded(e)}roomFor(e){e!==this.room&&(this.room=e,this.isStale=!0)}get isOneGroup(){let e=this.store.onlyGroup;return e!==null&&this.store.engine?.label===e.name&&this.store.ungroupedCount===0}fold(e,t){let s=this.store.group(e),i=this.indexOf(e);if(s===void 0||i<0||this.isFolded(s)===t)return;this.folding.set(s,t);let o=a=>a!==void 0&&this.store.groupOf(a)?.id===e,r=i+1;for(;o(this.listed[r]);)r+=1;let l=t?[]:K(this.sorted(this.uncleared(s.rows)));this.listed=[...this.listed.slice(0,i+1),...l,...this.listed.slice(r)],this.positions=null,this.active!==null&&t&&o(this.active)&&(this.active=e)}hold(e){this.held!==e&&(this.held=e,this.isStale||=!e&&this.madeOf!==this.store.revision,e||(this.madeOf=-1))}get ids(){if(!this.isStale&&this.madeOf===this.store.revision)return this.listed;if(this.held&&!this.isStale)this.listed=this.kept();else{if(!this.isStale&&performance.now()<this.dearUntil)return this.listed;{let e=performance.now();this.listed=this.arranged();let t=performance.now()-e,s=this.listed.length<vr||t<4;this.dearUntil=s?0:e+t*(1+yr)}}return this.isStale=!1,this.madeOf=this.store.revision,this.positions=null,this.listed}get isBehind(){return!this.held&&this.madeOf!==this.store.revision}indexOf(e){if(e===null)return-1;let t=this.ids;return this.positions??=new Map(t.map((s,i)=>[s,i])),this.positions.get(e)??-1}kept(){let e=new Set(this.listed),t=this.listed.filter(i=>this.isThere(i)),s=this.things().filter(i=>!e.has(i.id));return t.concat(this.withMembers(s).filter(i=>!e.has(i)))}isThere(e){return ee(e)?this.store.group(e)!==void 0:this.store.get(e)!==void 0}arranged(){let e=this.sorted(this.things());return this.groupsAreListed?this.withMembers(e):K(e)}things(){if(!this.groupsAreListed||this.isOneGroup){let{rows:i}=this.store;return this.isFiltered||this.cleared.size>0?i.filter(o=>!this.cleared.has(o.id)&&this.matches(o)):i}let e=this.uncleared(this.store.ungrouped),t=e.length,s=[];for(let i of this.store.groups){if(this.cleared.size>0&&i.rows.every(({id:r})=>this.cleared.has(r)))continue;let o=i.size===1?i.rows[0]:void 0;e.push(o??i),o===void 0&&s.push(i)}return this.folding.fit(s,this.room-e.length),t===0||t===e.length?e:En(e)}uncleared(e){return this.cleared.size===0?e:e.filter(({id:t})=>!this.cleared.has(t))}withMembers(e){let t=[];for(let s of e)if(t.push(s.id),!Ye(s)&&!this.isFolded(s))for(let i of this.sorted(this.uncleared(s.rows)))t.push(i.id);return t}sorted(e){return Tn(e,this.order,this.store.now())}matches(e){if(this.statuses.size>0&&!this.statuses.has(e.status))return!1;if(this.search==="")return!0;let s=[e.name,e.worker,`#${e.number}`,e.error,e.detail,...e.tags].join(`
`).toLowerCase();return this.search.split(/\s+/).every(i=>s.includes(i))}get meant(){let{active:e}=this,t=this.selection.rows;if(t.length>0||e===null)return t;let s=this.store.get(e);return s===void 0?this.store.group(e)?.rows??[]:[s]}get listedRows(){let e=[];for(let t of this.ids){let s=ee(t)?this.store.group(t):void 0,i=this.store.get(t);i!==void 0?e.push(i):s!==void 0&&this.isFolded(s)&&e.push(...this.sorted(s.rows))}return e}stoppable(e){let t=[],s=i=>{i!==void 0&&(e?V(i.status):Z(i.status))&&t.push(i.id)};for(let i of this.ids){let o=ee(i)?this.store.group(i):void 0;o===void 0?s(this.store.get(i)):this.isFolded(o)&&o.rows.forEach(s)}return t}selectOnly(e){this.selection.clear(),this.selection.add(e),this.anchor=e,this.active=e}toggle(e){this.selection.has(e)?this.selection.remove(e):this.selection.add(e),this.anchor=e,this.active=e}extendTo(e){let t=this.indexOf(this.anchor??this.active??e),s=this.indexOf(e);if(t<0||s<0){this.selectOnly(e);return}this.selection.clear();let[i,o]=t<s?[t,s]:[s,t];for(let r of this.ids.slice(i,o+1))this.selection.add(r);this.active=e}selectAll(){for(let e of this.ids)this.selection.add(e)}clearSelection(){this.selection.clear(),this.anchor=null}move(e){let t=this.ids;if(t.length===0)return null;let s=this.indexOf(this.active),i=s<0&&e>0&&e!==1/0?0:s+e;return this.active=t[Math.min(Math.max(i,0),t.length-1)]??null,this.active}};function xt(n){let e=()=>{n.dataset.theme=wr(n)?"dark":"light"},t=[],s=()=>{e(),t.forEach(window.clearTimeout.bind(window)),t=[300,1500,5e3].map(l=>window.setTimeout(e,l))};s();let i=new MutationObserver(s),o={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-theme"]};i.observe(document.documentElement,o),i.observe(document.body,o);let r=window.matchMedia("(prefers-color-scheme: dark)");return r.addEventListener("change",e),()=>{i.disconnect(),t.forEach(window.clearTimeout.bind(window)),r.removeEventListener("change",e)}}function wr(n){for(let e=n.parentElement;e!==null;e=e.parentElement){let t=/rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?/.exec(getComputedStyle(e).backgroundColor);if(t!==null&&Number(t[4]??1)>.5){let[s,i,o]=[Number(t[1]),Number(t[2]),Number(t[3])];return .299*s+.587*i+.114*o<128}}return window.matchMedia("(prefers-color-scheme: dark)").matches}var Mn=500,br=6;function On(n,e,t){return Cn(n,e,t,!1)}function An(n,e,t){return Cn(n,e,t,!0)}function Cn(n,e,t,s){let i=0,o=0,r="",l=()=>{i===0&&(i=requestAnimationFrame(()=>{i=0,_()}))},a=I=>{r=I,o=Date.now()+br*1e3,l()},d=new _e(()=>{n.focus()}),u=new Re(e,new be(e),t,{changed:l,notice:a,ask:(I,M,z)=>{d.ask(f(I),M,z)}}),h=s?null:new $e(t,l),m=new vt(e,u,h),p=s?new Le(t,null,{close:l,notice:a}):null,w=new Ce,S=c("div","scl-foot"),_=()=>{m.draw(),p?.draw(m.only??null),w.draw(e.counts);let I=e.phase==="ended"&&e.settled<e.size;y(S,Date.now()<o?f(r):I?f(e.endReason):""),S.hidden=S.textContent==="",d.isOpen&&e.settled===e.size&&d.close(),n.dataset.phase=e.phase};n.classList.add("scl",s?"scl-is-task":"scl-is-line"),n.tabIndex=-1,n.replaceChildren(m.node,d.node,...p===null?[]:[p.node],S,w.node);let O=xt(n),b=e.subscribe(l),v=window.setInterval(()=>{(e.settled<e.size||Date.now()<o+Mn)&&l()},Mn);return _(),{notice:a,dispose:()=>{cancelAnimationFrame(i),window.clearInterval(v),b(),O(),h?.dispose(),p?.dispose(),n.replaceChildren()}}}function Rn(n){return typeof n=="object"?n.key:n}function _n(n,e){let t=n.length;return new Proxy(n,{get(s,i,o){if(typeof i=="string"){let r=i.charCodeAt(0);if(r>=48&&r<=57){let l=+i;if(Number.isInteger(l)&&l>=0&&l<t){let a=s[l];if(typeof a!="object"){let d=e[l*2];a=s[l]={index:l,key:a,start:d,size:e[l*2+1],end:d+e[l*2+1],lane:0}}return a}}if(i==="length")return t}return Reflect.get(s,i,o)}})}function xe(n,e,t){let s=t.initialDeps??[],i,o=!0;function r(){var l;let d=0,u=n();if(!(u.length!==s.length||u.some((p,w)=>s[w]!==p)))return i;s=u;let m=0;return i=e(...u),t?.onChange&&!(o&&t.skipInitialOnChange)&&t.onChange(i),o=!1,i}return r.updateDeps=l=>{s=l},r}function ds(n,e){if(n===void 0)throw new Error(`Unexpected undefined${e?`: ${e}`:""}`);return n}var ne=(n,e)=>Math.abs(n-e)<1.01,In=(n,e,t)=>{let s;return Object.assign(function(...i){n.clearTimeout(s),s=n.setTimeout(()=>e.apply(this,i),t)},{cancel:()=>{n.clearTimeout(s)}})};function Ln({offset:n,isScrolling:e,elementMax:t,holdOffset:s,scrollOffset:i,pendingWrite:o,clampedMaxAtWrite:r}){var l;return e&&o===null&&n===i?"spurious":o!==null&&Math.abs(n-o.target)<1.5?"readBack":o!==null&&!o.smooth&&t!==null&&o.target>t+s+.5&&Math.abs(n-(t+s))<1.5||o!==null&&!o.smooth&&((l=o.lowMaxes)!=null&&l.some(a=>Math.abs(n-a)<1.5))?"clampedReadBack":r!==null&&Math.abs(n-r)<1.5?"clampedEcho":"external"}var xr=n=>n==="smooth"||n==="smoothFinishing";function Nn({kind:n,offset:e,command:t,target:s}){return n!=="spurious"&&n!=="readBack"&&n!=="clampedReadBack"&&t?.index!=null&&t.phase!=="queued"&&!xr(t.phase)&&!ne(e,t.lastTargetOffset)&&!ne(e,s())&&n!=="clampedEcho"}var cs=40;function Pn(n){let e=n[n.length-1];if(e===void 0)return!1;let t=n.length-2;for(;t>=0&&e.t-n[t].t<cs;)t--;if(t<0)return!1;let s=n[t],i=t-1;for(;i>=0&&s.t-n[i].t<cs;)i--;if(i<0)return!1;let o=n[i],r=(e.offset-s.offset)/(e.t-s.t),l=(s.offset-o.offset)/(s.t-o.t);return r*l>=0&&Math.abs(r)>=2*Math.abs(l)&&Math.abs(r)-Math.abs(l)>=.8}function $n(n){let e=n[n.length-1];if(e===void 0)return!1;let t=n.length-2;for(;t>=0&&e.t-n[t].t<cs;)t--;if(t<0)return!1;let s=n[t];return Math.abs(e.offset-s.offset)/(e.t-s.t)>=.05}var Qe,Ze=()=>{if(Qe!==void 0)return Qe;if(typeof navigator>"u")return Qe=!1;if(/iP(hone|od|ad)/.test(navigator.userAgent))return Qe=!0;let n=navigator.maxTouchPoints;return Qe=navigator.platform==="MacIntel"&&n!==void 0&&n>0},us,kr=()=>us!==void 0?us:us=Ze()&&typeof CSS<"u"&&typeof CSS.supports=="function"&&CSS.supports("overflow-anchor: auto"),Fn=()=>!Ze()||kr();var He={capture:!0,passive:!0},kt=class{constructor(e){this.host=e,this._touch=null,this.inMotion=()=>this._touch!==null&&this._touch.phase!=="lateFling",this.dragging=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved},this.tail=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="tail"?this._touch.moved?"fling":"tap":null},this.onScroll=({isScrolling:t,ownReadBack:s,moved:i,external:o})=>{var r,l,a;return t&&((r=this._touch)==null?void 0:r.phase)==="tail"?this._openTail(this._touch.moved||!s,!1):((l=this._touch)==null?void 0:l.phase)==="lateFling"&&(this.host.now()>this._touch.until?this._touch=null:o&&t&&i&&this._openTail(!0,!1)),!s&&t&&i&&((a=this._touch)==null?void 0:a.phase)==="down"?(this._touch.moved=!0,!0):!1},this.touchStart=()=>{this.end(),this._touch={phase:"down",moved:!1}},this.touchEnd=()=>{var t;let s=((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved;this.end(),this._openTail(s,s)},this.end=()=>{var t;let s=this.host.getWindow();((t=this._touch)==null?void 0:t.phase)==="tail"&&s!=null&&s.clearTimeout(this._touch.timerId),this._touch=null},this.listen=t=>{let s=()=>this.touchStart(),i=()=>this.touchEnd();return t.addEventListener("touchstart",s,He),t.addEventListener("touchend",i,He),t.addEventListener("touchcancel",i,He),()=>{t.removeEventListener("touchstart",s,He),t.removeEventListener("touchend",i,He),t.removeEventListener("touchcancel",i,He),this.end()}},this._openTail=(t,s)=>{let i=this.host.getWindow();if(i==null)return;this.end();let o={phase:"tail",moved:t,awaitingFling:s,timerId:i.setTimeout(()=>{if(this.host.tailStillMoving()){this._openTail(o.moved,o.awaitingFling);return}this._touch=o.awaitingFling?{phase:"lateFling",until:this.host.now()+1e3}:null,this.host.onTailClosed()},150)};this._touch=o}}get touch(){return this._touch}};var zn=n=>{let{clientWidth:e,clientHeight:t}=n;return{width:e,height:t}},jn=n=>{let e=new Set;return{schedule:t=>{let s=n.requestAnimationFrame(()=>{e.delete(s),t()});e.add(s)},cancel:()=>{e.forEach(t=>n.cancelAnimationFrame(t)),e.clear()}}},Sr=n=>n,Er=n=>{let e=n.overscan*Math.max(n.lanes??1,1),t=Math.max(n.startIndex-e,0),i=Math.min(n.endIndex+e,n.count-1)-t+1,o=new Array(i);for(let r=0;r<i;r++)o[r]=t+r;return o},Wn=(n,e)=>{let t=n.scrollElement;if(!t)return;let s=n.targetWindow;if(!s)return;let i=l=>{let{width:a,height:d}=l;e({width:Math.round(a),height:Math.round(d)})};if(i(zn(t)),!s.ResizeObserver)return()=>{};let o=jn(s),r=new s.ResizeObserver(()=>{let l=()=>{i(zn(t))};n.options.useAnimationFrameWithResizeObserver?o.schedule(l):l()});return r.observe(t,{box:"content-box"}),()=>{r.unobserve(t),o.cancel()}},Dn={passive:!0};var Tr=typeof window>"u"?!0:"onscrollend"in window,Mr=(n,e,t)=>{let s=n.scrollElement;if(!s)return;let i=n.targetWindow;if(!i)return;let o=n.options.useScrollendEvent&&Tr,r=0,l=o?null:In(i,()=>e(t(s),!1),n.options.isScrollingResetDelay),a=h=>()=>{r=t(s),l?.(),e(r,h)},d=a(!0),u=a(!1);return s.addEventListener("scroll",d,Dn),o&&s.addEventListener("scrollend",u,Dn),()=>{s.removeEventListener("scroll",d),o&&s.removeEventListener("scrollend",u),l?.cancel()}},Bn=(n,e)=>Mr(n,e,t=>{let{horizontal:s,isRtl:i}=n.options;return s?t.scrollLeft*(i&&-1||1):t.scrollTop});var Or=(n,e,t)=>{if(t.options.useCachedMeasurements){let s=t.indexFromElement(n),i=t.options.getItemKey(s);return t.itemSizeCache.get(i)??t.options.estimateSize(s)}if(e?.borderBoxSize){let s=e.borderBoxSize[0];if(s)return Math.round(s[t.options.horizontal?"inlineSize":"blockSize"])}if(!e){let s=t.indexFromElement(n),i=t.options.getItemKey(s),o=t.itemSizeCache.get(i);if(o!==void 0)return o}return n[t.options.horizontal?"offsetWidth":"offsetHeight"]},Ar=(n,{adjustments:e=0,behavior:t},s)=>{var i;let{scrollElement:o,options:r}=s,l=n+e,a=r.horizontal&&r.isRtl&&o!==null&&"ownerDocument"in o;(i=o?.scrollTo)==null||i.call(o,{[r.horizontal?"left":"top"]:a?-l:l,behavior:t})};var qn=Ar,Hn=(n,e)=>n==="smooth"?e?"smoothLanded":"smooth":"instant",et=n=>n?.phase==="smooth"||n?.phase==="smoothLanded";function Cr(n,e,t,s){if(e===0)return!1;let i=s(0),o=new Set,r=0;for(;r<n;){let a=t(r);if(a===i)break;o.add(a),r++}let l=n-r;if(l===0||l>=e)return!1;for(let a=0;a<l;a++)if(s(a)!==t(r+a))return!1;for(let a=l;a<e;a++)if(o.has(s(a)))return!1;return!0}var St=class{constructor(e){this.unsubs=[],this.scrollElement=null,this.targetWindow=null,this.isScrolling=!1,this.scrollState=null,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache=new Map,this.itemSizeCacheVersion=0,this.laneAssignments=new Map,this.pendingMin=null,this.prevLanes=void 0,this.lanesChangedFlag=!1,this.lanesSettling=!1,this.pendingScrollAnchor=null,this.scrollRect=null,this.scrollOffset=null,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._iosGesture=new kt({getWindow:()=>this.targetWindow,now:()=>this.now(),tailStillMoving:()=>{let t=this.scrollState;if(t?.phase!=="queued"||this.pendingWrite!==null)return!1;let s=this._readElementOffset();return s===null||this._lastElementOffset===null||Math.abs(s-this._lastElementOffset)<1?!1:(this._lastElementOffset=s,t.samples=[...t.samples??[],{t:this.now(),offset:s}],!0)},onTailClosed:()=>{let t=this.scrollState;t?.phase==="queued"&&$n(t.samples??[])&&(this.scrollState=null),this._flushHoldIfReady(!0),this._writeAwaitingCommand(),this._retryClampedAdjustment()}}),this._lastElementOffset=null,this.pendingWrite=null,this._clampedAdjustment=null,this.elementsCache=new Map,this._resizeBatch=null,this.now=()=>{var t,s,i;return((i=(s=(t=this.targetWindow)==null?void 0:t.performance)==null?void 0:s.now)==null?void 0:i.call(s))??Date.now()},this.observer=(()=>{let t=null,s=null,i=!1,o=!1,r=new Set,l=()=>{if(t)return t;let d=this.targetWindow;if(!d||!d.ResizeObserver)return null;let u=s=jn(d);return t=new d.ResizeObserver(h=>{let m=()=>{let p={sync:!1};this._resizeBatch=p;try{h.forEach(a)}finally{this._resizeBatch=null,p.notify&&(this.notify(p.sync),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment(),this.measureElement(null))}};if(this.options.useAnimationFrameWithResizeObserver)u.schedule(m);else{i=!0;try{m()}finally{i=!1}}})},a=d=>{let u=d.target,h=this.indexFromElement(u);if(!u.isConnected){this.observer.unobserve(u);for(let[m,p]of this.elementsCache)if(p===u){this.elementsCache.delete(m);break}return}this.isIndexInRange(h)&&this.shouldMeasureDuringScroll(h)&&this.resizeItem(h,this.options.measureElement(u,d,this))};return{disconnect:()=>{var d;(d=l())==null||d.disconnect(),s?.cancel(),r.clear(),o=!1,t=null,s=null},observe:d=>{let u=l();if(u){if(!i){u.observe(d,{box:"border-box"});return}r.add(d),o||(o=!0,s?.schedule(()=>{o=!1,r.forEach(h=>{h.isConnected&&t?.observe(h,{box:"border-box"})}),r.clear()}))}},unobserve:d=>{var u;r.delete(d),(u=l())==null||u.unobserve(d)}}})(),this.range=null,this.setOptions=t=>{var s;let i={debug:!1,initialOffset:0,overscan:1,paddingStart:0,paddingEnd:0,scrollPaddingStart:0,scrollPaddingEnd:0,horizontal:!1,getItemKey:Sr,rangeExtractor:Er,onChange:()=>{},measureElement:Or,initialRect:{width:0,height:0},scrollMargin:0,gap:0,indexAttribute:"data-index",initialMeasurementsCache:[],lanes:1,anchorTo:"start",followOnAppend:!1,scrollEndThreshold:1,isScrollingResetDelay:150,enabled:!0,isRtl:!1,useScrollendEvent:!1,useAnimationFrameWithResizeObserver:!1,laneAssignmentMode:"estimate",useCachedMeasurements:!1};for(let u in t){let h=t[u];h!==void 0&&(i[u]=h)}let o=this.options,r=null,l=null,a=!1;if(o!==void 0&&o.enabled&&i.enabled&&i.anchorTo==="end"&&this.scrollElement!==null){let u=o.count,h=i.count,m=this.getMeasurements(),p=((s=this._singleLaneMeasurements)==null?void 0:s.items)??m,w=v=>Rn(p[v]),S=u>0?w(0):null,_=u>0?w(u-1):null;if(h!==u||u>0&&h>0&&(i.getItemKey(0)!==S||i.getItemKey(h-1)!==_)){a=!0;let v=u>0?this.getVirtualItemForOffset(this.getScrollOffset())??m[0]:null;v&&(r=[v.key,this.getScrollOffset()-v.start]);let I=i.followOnAppend===!0?"auto":i.followOnAppend||null;I&&h>0&&this.isAtEnd(o.scrollEndThreshold)&&(u===0||i.getItemKey(h-1)!==_)&&(h>u||Cr(u,h,w,i.getItemKey))&&(l=I)}}this.options=i,a&&(this.pendingMin=0,this.itemSizeCacheVersion++);let d=null;if(r&&this.scrollOffset!==null&&!this._awaitingCommandReadBack()){let[u,h]=r,m=this.getMeasurements(),{count:p,getItemKey:w}=this.options,S=0;for(;S<p&&w(S)!==u;)S++;if(S<p){let _=m[S];if(_){let O=Math.max(0,_.start+h);!l&&O!==this.scrollOffset&&(d=O-this.scrollOffset,this.scrollOffset=O)}}}l?this.pendingScrollAnchor={kind:"follow",behavior:l}:d!==null&&(this._canWriteScroll()?this.pendingScrollAnchor={kind:"anchor",delta:d}:(this._holdOffset+=d,this._followOffsetTarget(d)))},this.notify=t=>{var s,i;(i=(s=this.options).onChange)==null||i.call(s,this,t)},this.maybeNotify=xe(()=>(this.calculateRange(),[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]),t=>{this.notify(t)},{key:!1,debug:()=>this.options.debug,initialDeps:[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]}),this.cleanup=()=>{var t;this.unsubs.filter(Boolean).forEach(s=>s()),this.unsubs=[],this.observer.disconnect(),this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null,(t=this._momentumStop)==null||t.restore(),this._momentumStop=null,this.isScrolling=!1,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._clampedAdjustment=null,this.pendingWrite=null,this.scrollElement=null,this.targetWindow=null},this._didMount=()=>()=>{this.cleanup()},this._willUpdate=()=>{var t;let s=this.options.enabled?this.options.getScrollElement():null;if(this.scrollElement!==s){if(this.cleanup(),!s){this.maybeNotify();return}this.scrollElement=s,this.scrollElement&&"ownerDocument"in this.scrollElement?this.targetWindow=this.scrollElement.ownerDocument.defaultView:this.targetWindow=((t=this.scrollElement)==null?void 0:t.window)??null,this.elementsCache.forEach(o=>{this.observer.observe(o)}),this.unsubs.push(this.options.observeElementRect(this,o=>{this.scrollRect=o,this.maybeNotify()})),this.unsubs.push(this.options.observeElementOffset(this,(o,r)=>{var l,a,d,u;let h=r?this._elementMaxScrollOffset():null,m=this._reportedOverscroll;this._reportedOverscroll=o<0||h!==null&&o>h+1;let p=o;this._lastElementOffset=p,o=this._toLayoutOffset(o);let w=this._classifyScrollEvent(o,r,h);if(w==="spurious")return;w==="readBack"?o=this.pendingWrite.target:w==="clampedReadBack"&&((l=this.scrollState)==null?void 0:l.index)!=null&&o<this.getMaxScrollOffset()-1.5?this.scrollState.lastTargetOffset=o:Nn({kind:w,offset:o,command:this.scrollState,target:()=>this.getScrollStateTarget(this.scrollState)})&&(this.scrollState=null),this.pendingWrite=null,this._clampedAdjustment!==null&&Math.abs(o-this._clampedAdjustment.maxAtWrite)>=1.5&&(this._clampedAdjustment=null);let S=this.getScrollOffset(),_=this.scrollDirection;this.scrollDirection=r?S===o?this.scrollDirection:S<o?"forward":"backward":null,this.scrollOffset=o,this.isScrolling=r;let O=this.scrollState;if(O?.phase==="queued"&&w==="external"&&r)if(m||this._reportedOverscroll)O.samples=[];else{let b=this.now();O.samples=[...(O.samples??[]).filter(v=>b-v.t<=200),{t:b,offset:p}],(_!==null&&this.scrollDirection!==_||Pn(O.samples))&&(this.scrollState=null)}this._iosGesture.onScroll({isScrolling:r,ownReadBack:w==="readBack",moved:o!==S,external:w==="external"&&((a=this.scrollState)==null?void 0:a.phase)!=="smooth"&&((d=this.scrollState)==null?void 0:d.phase)!=="smoothFinishing"})&&((u=this.scrollState)==null?void 0:u.phase)==="queued"&&(this.scrollState=null),this._flushHoldIfReady(!0),this.scrollState&&this.scheduleScrollReconcile(),this.maybeNotify()})),"addEventListener"in this.scrollElement&&this.unsubs.push(this._iosGesture.listen(this.scrollElement)),this._scrollToOffset(this.getScrollOffset())}this._noteClampMax();let i=this.pendingScrollAnchor;this.pendingScrollAnchor=null,i&&this.scrollElement&&this.options.enabled&&(i.kind==="anchor"?this._canWriteScroll()?et(this.scrollState)&&!ne(this.getScrollOffset()-i.delta,this.scrollState.lastTargetOffset)||(this._followOffsetTarget(i.delta),this._scrollToOffset(this.getScrollOffset())):(this._holdOffset+=i.delta,this._followOffsetTarget(i.delta),this.notify(!1)):this.scrollToEnd({behavior:i.behavior})),this._flushHoldIfReady(!1),this._retryClampedAdjustment()},this._classifyScrollEvent=(t,s,i)=>{var o;return Ln({offset:t,isScrolling:s,elementMax:i,holdOffset:this._holdOffset,scrollOffset:this.scrollOffset,pendingWrite:this.pendingWrite,clampedMaxAtWrite:((o=this._clampedAdjustment)==null?void 0:o.maxAtWrite)??null})},this._retryClampedAdjustment=()=>{if(this._clampedAdjustment===null||!this.scrollElement||!this.options.enabled||!this._canWriteScroll())return;let{target:t,maxAtWrite:s}=this._clampedAdjustment,i=this.getMaxScrollOffset();i>s+.5&&(this._clampedAdjustment=t>i+.5?{target:t,maxAtWrite:i}:null,this._scrollToOffset(t))},this._writeAwaitingCommand=()=>{let t=this.scrollState;if(t===null||t.phase!=="queued")return;let{behavior:s}=t;this.getMeasurements();let i=this.getScrollStateTarget(t);t.lastTargetOffset=i,this._clampedAdjustment=null,t.phase=Hn(s,t.index!=null&&ne(i,this.getScrollOffset())),this._scrollToOffset(i,{behavior:s}),this.scheduleScrollReconcile()},this._readElementOffset=()=>{let t=this.scrollElement;if(t==null)return null;let{horizontal:s,isRtl:i}=this.options;return typeof t.scrollTop=="number"?s?t.scrollLeft*(i&&-1||1):t.scrollTop:typeof t.scrollY=="number"?s?t.scrollX:t.scrollY:null},this._canWriteScroll=()=>!(Ze()&&this._iosGesture.inMotion())&&!this._reportedOverscroll,this._flushHoldIfReady=t=>{var s;if(this._holdOffset===0||!this.scrollElement||!this.options.enabled||!this._canWriteScroll()||((s=this.scrollState)==null?void 0:s.phase)==="smooth")return;this._holdOffset=0,this.scrollOffset!==null&&this.scrollOffset<0&&(this.scrollOffset=0),this.notify(t);let i=this.getCommandWrittenOffset()??this.getScrollOffset();this._clampedAdjustment=this._clampedBy(i),this._scrollToOffset(i)},this.rafId=null,this.getSize=()=>this.options.enabled?(this.scrollRect=this.scrollRect??this.options.initialRect,this.scrollRect[this.options.horizontal?"width":"height"]):(this.scrollRect=null,0),this.getScrollOffset=()=>this.options.enabled?(this.scrollOffset=this.scrollOffset??(typeof this.options.initialOffset=="function"?this.options.initialOffset():this.options.initialOffset),this.scrollOffset):(this.scrollOffset=null,0),this.getMeasurementOptions=xe(()=>[this.options.count,this.options.paddingStart,this.options.scrollMargin,this.options.getItemKey,this.options.enabled,this.options.lanes,this.options.laneAssignmentMode,this.options.gap],(t,s,i,o,r,l,a,d)=>(this.prevLanes!==void 0&&this.prevLanes!==l&&(this.lanesChangedFlag=!0),this.prevLanes=l,this.pendingMin=null,{count:t,paddingStart:s,scrollMargin:i,getItemKey:o,enabled:r,lanes:l,laneAssignmentMode:a,gap:d}),{key:!1}),this.isIndexInRange=t=>t>=0&&t<this.options.count,this.getMeasurements=xe(()=>[this.getMeasurementOptions(),this.itemSizeCacheVersion],({count:t,paddingStart:s,scrollMargin:i,getItemKey:o,enabled:r,lanes:l,laneAssignmentMode:a,gap:d},u)=>{var h;let m=this.itemSizeCache;if(!r)return this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),[];if(this.laneAssignments.size>t)for(let b of this.laneAssignments.keys())b>=t&&this.laneAssignments.delete(b);this.lanesChangedFlag&&(this.lanesChangedFlag=!1,this.lanesSettling=!0,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.pendingMin=null),this.measurementsCache.length===0&&!this.lanesSettling&&(this.measurementsCache=this.options.initialMeasurementsCache,this.measurementsCache.forEach(b=>{this.itemSizeCache.set(b.key,b.size)}));let p=this.lanesSettling?0:this.pendingMin??0;if(this.pendingMin=null,this.lanesSettling&&this.measurementsCache.length===t&&(this.lanesSettling=!1),l===1){let b=t*2,v=(h=this._singleLaneMeasurements)==null?void 0:h.flat;if(!v||v.length<b){let L=new Float64Array(b);v&&p>0&&L.set(v.subarray(0,p*2)),v=L}let I=p===0?new Array(t):this._singleLaneMeasurements.items.slice(),M;if(p===0)M=s+i;else{let L=p-1;M=v[L*2]+v[L*2+1]+d}for(let L=p;L<t;L++){let oe=o(L);I[L]=oe;let Y=m.get(oe),re=typeof Y=="number"?Y:this.options.estimateSize(L);v[L*2]=M,v[L*2+1]=re,M+=re+d}this._singleLaneMeasurements={flat:v,items:I};let z=_n(I,v);return this.measurementsCache=z,z}let w=this.measurementsCache.slice(0,p),S=new Array(l).fill(void 0),_=new Float64Array(l),O=0;for(let b=0;b<p;b++){let v=w[b];v&&(S[v.lane]===void 0&&O++,S[v.lane]=b,_[v.lane]=v.end)}for(let b=p;b<t;b++){let v=o(b),I=this.laneAssignments.get(b),M,z,L=a==="estimate"||m.has(v);if(I!==void 0&&this.options.lanes>1){M=I;let le=S[M],Q=le!==void 0?w[le]:void 0;z=Q?Q.end+d:s+i}else if(O===l){let le=0,Q=_[0],ke=S[0];for(let ae=1;ae<l;ae++){let Ge=_[ae];(Ge<Q||Ge===Q&&S[ae]<ke)&&(le=ae,Q=Ge,ke=S[ae])}M=le,z=Q+d,L&&this.laneAssignments.set(b,M)}else M=b%this.options.lanes,z=s+i,L&&this.laneAssignments.set(b,M);let oe=m.get(v),Y=typeof oe=="number"?oe:this.options.estimateSize(b),re=z+Y;w[b]={index:b,start:z,size:Y,end:re,key:v,lane:M},S[M]===void 0&&O++,S[M]=b,_[M]=re}return this.measurementsCache=w,w},{key:!1,debug:()=>this.options.debug}),this.calculateRange=xe(()=>[this.getMeasurements(),this.getSize(),this.getScrollOffset(),this.options.lanes,this._getLayoutTotalSize()+this.options.scrollMargin],(t,s,i,o,r)=>{if(t.length===0||s===0)return this.range=null,null;let l=Math.max(r-s,0);return this.range=_r(t,s,Math.min(i,l),o,o===1&&this._singleLaneMeasurements!==null?this._singleLaneMeasurements.flat:null),this.range},{key:!1,debug:()=>this.options.debug}),this.getVirtualIndexes=xe(()=>{let t=null,s=null,i=this.calculateRange();return i&&(t=i.startIndex,s=i.endIndex),this.maybeNotify.updateDeps([this.isScrolling,t,s]),[this.options.rangeExtractor,this.options.overscan,this.options.count,t,s,this.options.lanes]},(t,s,i,o,r,l)=>o===null||r===null?[]:t({startIndex:o,endIndex:r,overscan:s,count:i,lanes:l}),{key:!1,debug:()=>this.options.debug}),this.indexFromElement=t=>{let s=this.options.indexAttribute,i=t.getAttribute(s);return i?parseInt(i,10):(console.warn(`Missing attribute name '${s}={index}' on measured element.`),-1)},this.shouldMeasureDuringScroll=t=>{var s;if(!et(this.scrollState))return!0;let i=this.scrollState.index??((s=this.getVirtualItemForOffset(this.scrollState.lastTargetOffset))==null?void 0:s.index);if(i!==void 0&&this.range){let o=Math.max(this.options.overscan,Math.ceil((this.range.endIndex-this.range.startIndex)/2)),r=Math.max(0,i-o),l=Math.min(this.options.count-1,i+o);return t>=r&&t<=l}return!0},this.measureElement=t=>{if(!t){this.elementsCache.forEach((r,l)=>{r.isConnected||(this.observer.unobserve(r),this.elementsCache.delete(l))});return}let s=this.indexFromElement(t);if(!this.isIndexInRange(s))return;let i=this.options.getItemKey(s),o=this.elementsCache.get(i);o!==t&&(o&&this.observer.unobserve(o),this.observer.observe(t),this.elementsCache.set(i,t)),t.isConnected&&(!this.isScrolling||this.scrollState)&&this.shouldMeasureDuringScroll(s)&&this.resizeItem(s,this.options.measureElement(t,void 0,this))},this.resizeItem=(t,s)=>{var i,o,r;if(!this.isIndexInRange(t))return;(i=this._resizeBatch)!=null&&i.sync&&this.getMeasurements();let l,a,d,u=(o=this._singleLaneMeasurements)==null?void 0:o.flat;if(this.options.lanes===1&&u!=null)d=this.options.getItemKey(t),a=u[t*2],l=u[t*2+1];else{let p=this.measurementsCache[t];if(!p)return;d=p.key,a=p.start,l=p.size}let h=this.itemSizeCache.get(d)??l,m=s-h;if(m!==0){let p=this.options.anchorTo==="end"&&!et(this.scrollState)&&this.getVirtualDistanceFromEnd()<=this.options.scrollEndThreshold,w=p?this._getLayoutTotalSize():0,S=this.getScrollOffset(),O=!this.itemSizeCache.has(d)?a<S:a+h<=S&&this.scrollDirection!=="backward",b=!et(this.scrollState)&&(this.shouldAdjustScrollPositionOnItemSizeChange!==void 0?this.shouldAdjustScrollPositionOnItemSizeChange(this.measurementsCache[t]??{index:t,key:d,start:a,size:l,end:a+l,lane:0},m,this):O);(this.pendingMin===null||t<this.pendingMin)&&(this.pendingMin=t),this.itemSizeCache.set(d,s),this.itemSizeCacheVersion++;let v=!1;if(this._awaitingCommandReadBack()||(p?v=this.applyScrollAdjustment(this._getLayoutTotalSize()-w):b&&(v=this.applyScrollAdjustment(m))),this._resizeBatch){this._resizeBatch.notify=!0,(r=this._resizeBatch).sync||(r.sync=v);return}this.notify(v),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment()}},this.getVirtualItems=xe(()=>[this.getVirtualIndexes(),this.getMeasurements(),this._holdOffset],(t,s,i)=>{let o=[];for(let r=0,l=t.length;r<l;r++){let a=t[r],d=s[a];o.push(i===0?d:{...d,start:d.start-i,end:d.end-i})}return o},{key:!1,debug:()=>this.options.debug}),this.getVirtualItemForOffset=t=>{var s;let i=this.getMeasurements();if(i.length===0)return;let o=(s=this._singleLaneMeasurements)==null?void 0:s.flat,r=this.options.lanes===1&&o!=null,l=Gn(0,i.length-1,r?a=>o[a*2]:a=>ds(i[a]).start,t);return ds(i[l])},this._noteClampMax=()=>{if(!this._awaitingCommandReadBack())return;let t=this._elementMaxScrollOffset();if(t===null)return;let s=this.pendingWrite,i=Math.max(t,0)+this._holdOffset;if(i>=s.target)return;let o=s.lowMaxes??(s.lowMaxes=[]);o[o.length-1]!==i&&o.push(i)},this.getMaxScrollOffset=()=>(this._elementMaxScrollOffset()??0)+this._holdOffset,this._toLayoutOffset=t=>{var s;let i=t+this._holdOffset;return((s=this.pendingScrollAnchor)==null?void 0:s.kind)==="anchor"&&(i+=this.pendingScrollAnchor.delta),i},this._elementMaxScrollOffset=()=>{let t=this.scrollElement;if(t===null)return null;if("scrollHeight"in t)return this.options.horizontal?t.scrollWidth-t.clientWidth:t.scrollHeight-t.clientHeight;if("document"in t){let s=t.document.documentElement;return this.options.horizontal?s.scrollWidth-t.innerWidth:s.scrollHeight-t.innerHeight}return null},this._momentumStop=null,this._stopMomentum=t=>{let s=this.scrollElement,i=this.targetWindow;if(s===null||i===null)return;let o="document"in s?s.document.scrollingElement:s;if(!o?.style)return;if(this._momentumStop){this._momentumStop.done=t;return}let{style:r}=o,l=this.options.horizontal?"overflow-x":"overflow-y",a=r.getPropertyValue(l),d=r.getPropertyPriority(l),u=()=>this.options.horizontal?o.clientHeight:o.clientWidth,h=u();if(r.setProperty(l,"hidden","important"),u()!==h){r.setProperty(l,a,d);return}let m={restore:()=>r.getPropertyValue(l)!=="hidden"||r.getPropertyPriority(l)!=="important"?!1:(r.setProperty(l,a,d),!0),done:t};this._momentumStop=m,i.requestAnimationFrame(()=>i.requestAnimationFrame(()=>{this._momentumStop===m&&(this._momentumStop=null,m.restore()&&m.done())}))},this._clampedBy=t=>{let s=this._elementMaxScrollOffset();if(s===null)return null;let i=s+this._holdOffset;return t>i+.5?{target:t,maxAtWrite:i}:null},this.getVirtualDistanceFromEnd=()=>Math.max(this._getLayoutTotalSize()+this.options.scrollMargin-this.getSize()-this.getScrollOffset(),0),this.getDistanceFromEnd=()=>Math.max(this.getMaxScrollOffset()-this.getScrollOffset(),0),this.isAtEnd=(t=this.options.scrollEndThreshold)=>this.getDistanceFromEnd()<=t,this.getOffsetForAlignment=(t,s,i=0)=>{if(!this.scrollElement)return 0;let o=this.getSize(),r=this.getScrollOffset();s==="auto"&&(s=t>=r+o?"end":"start"),s==="center"?t+=(i-o)/2:s==="end"&&(t-=o);let l=this.getMaxScrollOffset();return Math.max(Math.min(l,t),0)},this.getOffsetForIndex=(t,s="auto")=>{t=Math.max(0,Math.min(t,this.options.count-1));let i=this.getSize(),o=this.getScrollOffset(),r=this.getMeasurements()[t];if(!r)return;if(s==="auto")if(r.end>=o+i-this.options.scrollPaddingEnd)s="end";else if(r.start<=o+this.options.scrollPaddingStart)s="start";else return[o,s];if(s==="end"&&t===this.options.count-1){let a=this.getMaxScrollOffset(),d=a-this.options.paddingEnd+this.options.scrollPaddingEnd;return[Math.max(Math.min(d,a),0),s]}let l=s==="end"?r.end+this.options.scrollPaddingEnd:r.start-this.options.scrollPaddingStart;return[this.getOffsetForAlignment(l,s,r.size),s]},this.scrollToOffset=(t,{align:s="start",behavior:i="auto"}={})=>{this._startScroll({index:null,align:s},this.getOffsetForAlignment(t,s),i,"absolute")},this.scrollToIndex=(t,{align:s="auto",behavior:i="auto"}={})=>{t=Math.max(0,Math.min(t,this.options.count-1));let o=this.getOffsetForIndex(t,s);if(!o)return;let[r,l]=o;this._startScroll({index:t,align:l},r,i,"absolute")},this.scrollBy=(t,{behavior:s="auto"}={})=>{let i=this.getOffsetForAlignment((this.getCommandWrittenOffset()??this.getScrollOffset())+t,"start");this._startScroll({index:null,align:"start"},i,s,"relative")},this.scrollToEnd=({behavior:t="auto"}={})=>{if(this.options.count>0){this._startScroll({index:this.options.count-1,align:"end",toEnd:!0},Math.max(this.getMaxScrollOffset(),0),t,"absolute");return}this.scrollToOffset(Math.max(this.getTotalSize()-this.getSize(),0),{behavior:t})},this.cancelScroll=()=>{this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null},this.getTotalSize=()=>Math.max(this._getLayoutTotalSize()-this._holdOffset,0),this._getLayoutTotalSize=()=>{var t,s;let i=this.getMeasurements(),o;if(i.length===0)o=this.options.paddingStart;else if(this.options.lanes===1){let r=i.length-1,l=(t=this._singleLaneMeasurements)==null?void 0:t.flat;l!=null?o=l[r*2]+l[r*2+1]:o=((s=i[r])==null?void 0:s.end)??0}else{let r=Array(this.options.lanes).fill(null),l=i.length-1;for(;l>=0&&r.some(a=>a===null);){let a=i[l];r[a.lane]===null&&(r[a.lane]=a.end),l--}o=Math.max(...r.filter(a=>a!==null))}return Math.max(o-this.options.scrollMargin+this.options.paddingEnd,0)},this.takeSnapshot=()=>{let t=[];if(this.itemSizeCache.size===0)return t;let s=this.getMeasurements();for(let i of s)i&&this.itemSizeCache.has(i.key)&&t.push({index:i.index,key:i.key,start:i.start,size:i.size,end:i.end,lane:i.lane});return t},this._scrollToOffset=(t,{adjustments:s,behavior:i}={})=>{let o={target:t+(s??0),smooth:i==="smooth"};return this.pendingWrite=o,this.options.scrollToFn(t-this._holdOffset,{behavior:i,adjustments:s},this),o},this.getCommandWrittenOffset=()=>this.scrollState!==null&&this.pendingWrite!==null&&!this.pendingWrite.smooth?this.pendingWrite.target:null,this._awaitingCommandReadBack=()=>{let t=this.getCommandWrittenOffset();return!(Ze()&&this._iosGesture.dragging())&&t!==null&&!ne(t,this.getScrollOffset())},this._followOffsetTarget=t=>{this.scrollState!==null&&this.scrollState.index==null&&(this.scrollState.lastTargetOffset+=t)},this.measure=()=>{this.pendingMin=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.itemSizeCacheVersion++,this.notify(!1)},this.setOptions(e)}get scrollAdjustments(){return 0}applyScrollAdjustment(e,t){if(e===0)return!1;if(this._followOffsetTarget(e),this._canWriteScroll()){let s=this.getScrollOffset();this._clampedAdjustment=this._clampedBy(s+e);let i=this._scrollToOffset(s,{adjustments:e,behavior:t});return this.scrollOffset!==null&&(this.pendingWrite===i&&(this.scrollOffset+=e),this.scrollOffset<0&&(this.scrollOffset=0)),!0}else return this._holdOffset+=e,this.scrollOffset!==null&&(this.scrollOffset+=e),!0}scheduleScrollReconcile(){if(!this.targetWindow){this.scrollState=null;return}this.rafId==null&&(this.rafId=this.targetWindow.requestAnimationFrame(()=>{this.rafId=null,this.reconcileScroll()}))}getScrollStateTarget(e){let t=e.toEnd?[Math.max(this.getMaxScrollOffset(),0)]:e.index!=null?this.getOffsetForIndex(e.index,e.align):void 0;return t?t[0]:e.lastTargetOffset}reconcileScroll(){if(!this.scrollState||!this.scrollElement)return;if(this.now()-this.scrollState.startedAt>5e3){this.scrollState=null;return}if(this.scrollState.phase==="queued"){this.scheduleScrollReconcile();return}this.getMeasurements();let s=this.getScrollStateTarget(this.scrollState),i=this.scrollState.index==null?1:this.options.useAnimationFrameWithResizeObserver?3:2,o=s!==this.scrollState.lastTargetOffset;if(!o&&ne(s,this.getScrollOffset())){if(this.scrollState.phase==="smooth"?this.scrollState.phase="smoothLanded":this.scrollState.phase==="smoothFinishing"&&(this.scrollState.phase="instant"),this.scrollState.stableFrames++,this.scrollState.stableFrames>=i){this.getScrollOffset()!==s&&this._scrollToOffset(s,{behavior:"auto"}),this.scrollState=null;return}}else if(this.scrollState.stableFrames=0,o){let r=this.getSize()||600,l=Math.abs(s-this.getScrollOffset()),a=et(this.scrollState)&&l>r;this.scrollState.lastTargetOffset=s,a?this.scrollState.phase="smooth":this.scrollState.phase==="smooth"?this.scrollState.phase="smoothFinishing":this.scrollState.phase==="smoothLanded"&&(this.scrollState.phase="instant"),this._scrollToOffset(s,{behavior:a?"smooth":"auto"})}this.scheduleScrollReconcile()}_startScroll(e,t,s,i){this.pendingScrollAnchor=null,this._clampedAdjustment=null;let o=this._iosGesture.tail();if(i==="absolute"&&o!==null){if(o==="fling"&&Fn()){this._stopMomentum(()=>{let r=this.scrollState;r?.phase!=="queued"||this._iosGesture.tail()!=="fling"||this._reportedOverscroll||(this._iosGesture.end(),this._flushHoldIfReady(!0),this._writeAwaitingCommand())}),this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,phase:"queued",behavior:s,samples:[]},this.scheduleScrollReconcile();return}this._iosGesture.end()}this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,behavior:s,phase:Hn(s,e.index!=null&&ne(t,this.getScrollOffset()))},this._scrollToOffset(t,{behavior:s}),this.scheduleScrollReconcile()}},Gn=(n,e,t,s)=>{for(;n<=e;){let i=(n+e)/2|0,o=t(i);if(o<s)n=i+1;else if(o>s)e=i-1;else return i}return n>0?n-1:0};function Rr(n,e,t){let s=0;for(;s<=e;){let i=(s+e)/2|0,o=n[i*2];if(o<t)s=i+1;else if(o>t)e=i-1;else return i}return s>0?s-1:0}function _r(n,e,t,s,i){let o=n.length-1;if(n.length<=s)return{startIndex:0,endIndex:o};if(s===1&&i!==null){let d=Rr(i,o,t),u=d,h=t+e;for(;u<o&&i[u*2]+i[u*2+1]<h;)u++;return{startIndex:d,endIndex:u}}let l=Gn(0,o,d=>n[d].start,t),a=l;if(s===1)for(;a<o&&n[a].end<t+e;)a++;else if(s>1){let d=Array(s).fill(0);for(;a<o&&d.some(h=>h<t+e);){let h=n[a];d[h.lane]=h.end,a++}let u=Array(s).fill(t+e);for(;l>=0&&u.some(h=>h>=t);){let h=n[l];u[h.lane]=h.start,l--}l=Math.max(0,l-l%s),a=Math.min(o,a+(s-1-a%s))}return{startIndex:l,endIndex:a}}var Kn=10,Ir=new Map([["ArrowUp",-1],["ArrowDown",1],["k",-1],["j",1],["g",-1/0],["G",1/0],["PageUp",-Kn],["PageDown",Kn],["Home",-1/0],["End",1/0]]),Et=class{constructor(e,t,s,i){this.store=e;this.rowModel=t;this.grid=s;this.events=i}press(e){let t=Ir.get(e.key);if(e.ctrlKey||e.metaKey)return e.key.toLowerCase()==="a"?(this.rowModel.selectAll(),!0):t!==void 0&&this.move(t,e.shiftKey,!0);if(t!==void 0)return this.move(t,e.shiftKey,!1);let{active:s}=this.rowModel;if(e.key==="ArrowRight"||e.key==="ArrowLeft")return this.alongTree(s,e.key==="ArrowRight");let i=this.keys[e.key==="Delete"&&e.shiftKey?"C":e.key];return i?.(s),i!==void 0}keys={" ":e=>{e!==null&&this.rowModel.toggle(e)},Enter:e=>{e!==null&&this.grid.open(e)},c:()=>{this.stopSelected(!1)},Delete:()=>{this.stopSelected(!1)},Backspace:()=>{this.stopSelected(!1)},C:()=>{this.stopSelected(!0)},X:()=>{this.events.stopQueued()},R:()=>{this.events.retry(K(this.rowModel.meant))},"*":()=>{this.rowModel.selectAll()},f:()=>{this.rowModel.cycleStatus(1)},F:()=>{this.rowModel.cycleStatus(-1)},s:()=>{this.rowModel.cycleSort()},S:()=>{this.rowModel.reverseSort()},"/":()=>{this.events.search()},"?":()=>{this.events.help()},Escape:()=>{this.rowModel.clearSelection()}};move(e,t,s){let{rowModel:i}=this,o=i.active,r=i.move(e);return r!==null&&t?(o!==null&&i.selection.size===0&&i.selectOnly(o),i.extendTo(r)):r!==null&&!s&&i.selectOnly(r),this.grid.reveal(),!0}alongTree(e,t){let{rowModel:s}=this;if(e===null||!s.groupsAreListed||!this.store.hasGroups)return!1;let i=this.store.group(e),o=i!==void 0&&!s.isFolded(i);return i!==void 0&&t!==o?s.fold(e,!t):i!==void 0&&t?this.goTo(s.move(1)):i===void 0&&!t&&this.grid.levelOf(e)>1&&this.goTo(this.store.groupOf(e)?.id??null),!0}goTo(e){e!==null&&(this.rowModel.selectOnly(e),this.grid.reveal())}stopSelected(e){this.events.stop(K(this.rowModel.meant),e)}};var hs=[["check","Selected",null],["state","State","state"],["number","#","number"],["name","Task","name"],["worker","Worker","worker"],["now","Now","note"],["time","Time","time"],["doing","Actions",null]],Lr=16,Tt=class{constructor(e,t){this.rowModel=e;this.events=t;this.node=c("div","scl-row scl-header",{role:"row","aria-rowindex":"1"});for(let[s,[i,o,r]]of hs.entries())this.node.append(this.columnHead(s,i,o,r))}node;heads=new Map;draw(){let{key:e,descending:t}=this.rowModel.sort;for(let[s,i]of this.heads)A(i,"aria-sort",s===e?t?"descending":"ascending":"none")}columnHead(e,t,s,i){let o=c("div",`scl-cell scl-c-${t}`,{role:"columnheader","aria-colindex":String(e+1)});if(i===null)return o.append(c("span","scl-unseen",{},s)),o;let r=i==="state",l=c("button","scl-sort",{type:"button",tabindex:r?"0":"-1",title:`Sort by ${s.toLowerCase()}`},c("span",r?"scl-unseen":"",{},s));return l.addEventListener("click",()=>{this.rowModel.sortBy(i),this.events.changed()}),l.addEventListener("keydown",a=>{this.onHeadKey(a,l)}),o.append(l),i==="name"&&o.append(this.resizer()),this.heads.set(i,o),o}onHeadKey(e,t){if(e.key!=="ArrowLeft"&&e.key!=="ArrowRight")return;e.preventDefault();let s=e.key==="ArrowLeft"?-1:1;if(e.shiftKey){this.events.resize(s*Lr);return}let i=[...this.node.querySelectorAll(".scl-sort")].filter(r=>r.offsetParent!==null),o=i[i.indexOf(t)+s];o!==void 0&&(t.tabIndex=-1,o.tabIndex=0,o.focus())}resizer(){let e=c("span","scl-resizer",{"aria-hidden":"true",title:"Drag to resize; double-click to fit"}),t=null;return e.addEventListener("pointerdown",s=>{t=s.clientX,e.setPointerCapture(s.pointerId),s.preventDefault()}),e.addEventListener("pointermove",s=>{t!==null&&(this.events.resize(s.clientX-t),t=s.clientX)}),e.addEventListener("pointerup",()=>{t=null}),e.addEventListener("dblclick",()=>{this.events.resize(null)}),e}};var je=["number","worker","arguments"];function Jn(n){return n<400?"narrow":n<560?"middle":"wide"}function We(n){return n==="narrow"?44:28}function tt(n){return n==="narrow"?0:26}var Nr=56,Un=10,Vn=4,Mt=class{columns=Un;get width(){return this.columns}reset(){this.columns=Un}fit(e){let t=Math.min(Nr,Math.ceil(e/Vn)*Vn);return t<=this.columns?!1:(this.columns=t,!0)}};var Pr=500,Ot=class{constructor(e){this.store=e}numbers=[];madeOf=-1;madeAt=-1/0;before(e){let t=performance.now();if(this.madeOf!==this.store.revision&&t-this.madeAt>=Pr){this.numbers=[];for(let o of this.store.rows)V(o.status)&&this.numbers.push(o.number);this.madeOf=this.store.revision,this.madeAt=t}let s=0,i=this.numbers.length;for(;s<i;){let o=s+i>>1;(this.numbers[o]??1/0)<e?s=o+1:i=o}return s}};var $r=6,ps=12,Fr=.58,zr=48,Dr="42%",At=class{constructor(e,t,s,i,o,r){this.store=e;this.rowModel=t;this.pending=s;this.glimpses=i;this.view=o;this.events=r;this.queue=new Ot(e),this.keys=new Et(e,t,this,r),this.header=new Tt(t,{changed:r.changed,resize:l=>{this.resizeNames(l)}}),this.body=c("div","scl-body",{role:"rowgroup"}),this.empty=c("div","scl-empty"),this.node=c("div","scl-grid",{role:"grid",tabindex:"0","aria-label":"Tasks","aria-multiselectable":"true","aria-colcount":String(hs.length)},c("div","scl-headgroup",{role:"rowgroup"},this.header.node),this.body),this.node.addEventListener("keydown",this.onKey),this.body.addEventListener("click",this.onClick),this.body.addEventListener("dblclick",this.onDoubleClick),this.body.addEventListener("contextmenu",this.onMenu),this.body.addEventListener("pointerenter",()=>{this.rowModel.hold(!0)}),this.body.addEventListener("pointerleave",this.release),this.virtualizer=new St({count:0,getScrollElement:()=>this.node,estimateSize:()=>We(this.room),scrollPaddingStart:tt(this.room),overscan:$r,initialRect:{width:0,height:We(this.room)*ps},observeElementRect:Wn,observeElementOffset:Bn,scrollToFn:qn,onChange:()=>{this.draw()}}),this.unmount=this.virtualizer._didMount(),this.virtualizer._willUpdate(),this.resized=new ResizeObserver(()=>{this.measure()}),this.resized.observe(this.node)}node;body;empty;header;pool=[];nameColumn=new Mt;queue;keys;resized;room="wide";virtualizer;unmount;idStem=Oe("row");count=-1;get emptyNote(){return this.empty}dispose(){this.unmount(),this.resized.disconnect()}measure(){let e=Jn(this.node.clientWidth),t=this.node.clientHeight-tt(e);this.rowModel.roomFor(Math.max(ps,Math.floor(t/We(e)))),this.view.noteHeight(this.node.style.height),e!==this.room&&(this.room=e,this.count=-1,this.virtualizer.setOptions({...this.virtualizer.options,scrollPaddingStart:tt(e)}),this.virtualizer.measure()),this.events.changed()}resizeNames(e){let t=this.header.node.querySelector(".scl-c-name"),s=this.view.nameWidth??t?.offsetWidth??0;this.view.nameWidth=e===null?null:Math.max(zr,s+e),this.events.changed()}draw(){let e=this.rowModel.ids,{room:t}=this;if(e.length!==this.count){this.count=e.length,this.virtualizer.setOptions({...this.virtualizer.options,count:e.length}),this.virtualizer._willUpdate(),A(this.node,"aria-rowcount",String(e.length+1)),this.body.style.height=`${e.length*We(t)}px`;let o=Math.min(Math.max(e.length,1),ps)*We(t);this.node.style.setProperty("--scl-rows-high",`${o+tt(t)+2}px`)}this.node.dataset.room=t;for(let o of je)this.node.classList.toggle(`scl-has-${o}`,this.view.shows(o));this.header.draw(),this.drawRows(e);let{nameWidth:s}=this.view,i=s===null?`min(${this.nameColumn.width*Fr+3}em, ${Dr})`:`${s}px`;this.node.style.getPropertyValue("--scl-names")!==i&&this.node.style.setProperty("--scl-names",i)}drawRows(e){let t=this.virtualizer.getVirtualItems(),s=this.store.now(),i=0,o=null,r=this.rowModel.groupsAreListed&&this.store.hasGroups;A(this.node,"role",r?"treegrid":"grid");for(let l of t){let a=e[l.index];if(a===void 0||(this.store.get(a)??this.store.group(a))===void 0)continue;let d=this.viewAt(i);i+=1;let u=a===this.rowModel.active;u&&(o=d.node.id),this.drawRow(d,a,{index:l.index,top:l.start,now:s,isActive:u,isSelected:this.rowModel.selection.has(a),level:r?this.levelOf(a):null,isOver:this.store.phase==="ended",canKill:this.store.engine?.canStopRunning??!1}),this.nameColumn.fit(d.wants)}for(let l of this.pool.splice(i))l.node.remove();A(this.node,"aria-activedescendant",o)}drawRow(e,t,s){let i=this.store.get(t);if(i!==void 0){let r=i.status==="queued"&&i.detail==="";e.update(i,{...s,isPending:this.pending.has(t),glimpse:this.glimpses.of(i),isBelow:s.level===2||this.rowModel.isOneGroup,before:r?this.queue.before(i.number):null});return}let o=this.store.group(t);o!==void 0&&e.updateGroup(o,{...s,isFolded:this.rowModel.isFolded(o)})}levelOf(e){let t=this.store.groupOf(e);return t!==null&&t.size>1?2:1}viewAt(e){let t=this.pool[e];return t===void 0&&(t=new yt(`${this.idStem}-${e}`),this.pool.push(t),this.body.append(t.node)),t}reveal(){let e=this.rowModel.indexOf(this.rowModel.active);e>=0&&this.virtualizer.scrollToIndex(e,{align:"auto"})}onKey=e=>{e.target!==this.node||e.altKey||this.keys.press(e)&&(e.preventDefault(),e.stopPropagation(),this.events.changed())};release=()=>{this.rowModel.hold(!1),this.events.changed()};onClick=e=>{let[t,s]=this.target(e);if(t===null)return;if(this.store.get(t)===void 0&&(s==="stop"||s==="kill"||s==="retry")){this.actOnGroup(t,s);return}if(s==="fold"){this.rowModel.active=t,this.toggleFold(t),this.events.changed();return}if(s==="stop"||s==="kill"){this.events.stop([t],s==="kill");return}if(s==="retry"){this.events.retry([t]);return}s==="details"?(this.rowModel.selectOnly(t),this.events.toggleDetails(t)):e.shiftKey?this.rowModel.extendTo(t):e.ctrlKey||e.metaKey||s==="check"?this.rowModel.toggle(t):this.rowModel.selectOnly(t),this.events.changed()};onMenu=e=>{let[t]=this.target(e);t!==null&&!this.rowModel.selection.has(t)&&(this.rowModel.selectOnly(t),this.events.changed())};onDoubleClick=e=>{let[t,s]=this.target(e);t!==null&&s===""&&this.open(t)};open(e){ee(e)?(this.toggleFold(e),this.events.changed()):this.events.toggleDetails(e)}toggleFold(e){let t=this.store.group(e);t!==void 0&&this.rowModel.fold(e,!this.rowModel.isFolded(t))}actOnGroup(e,t){let s=this.store.group(e);if(s!==void 0)switch(t){case"stop":this.events.stop(K(s.rows),!1);break;case"kill":{let i=this.store.now()-ze;this.events.stop(K(s.stillCancelling(i)),!0);break}case"retry":this.events.retry(K(s.rows));break}}target(e){if(!(e.target instanceof Element))return[null,""];let t=e.target.closest(".scl-row"),s=this.pool.find(r=>r.node===t),i=e.target.closest("[data-do]")?.dataset.do,o=e.target.closest(".scl-c-check")!==null;return[s?.id??null,i??(o?"check":"")]}};function Xn(n,e){y(n.emptyNote,e),n.emptyNote.hidden=e===""}var Hr=[["↑ ↓, j k","to the next or previous row; with Shift, select several"],["Home End, g G","to the first or last row"],["Space","select the row too, or no longer"],["Ctrl+A, *","select all"],["Enter","details of the task; open or close the group"],["← →","close or open the group"],["c, Delete","cancel: interrupt, then kill after the grace period"],["C, Shift+Delete","kill at once"],["X","cancel all that are queued"],["R","retry the failed and cancelled ones, as new tasks"],["/","search"],["f F","list only one state: the next, the previous"],["s S","sort by the next column; reverse the order"],["Esc","clear the selection"],["?","these keys"]],Ct=class{constructor(e){this.leave=e;let t=R("scl-shut","✕",()=>{this.close()});t.setAttribute("aria-label","Close the list of keys");let s=c("dl","scl-keys");for(let[i,o]of Hr)s.append(c("dt","",{},i),c("dd","",{},o));this.node=c("div","scl-help",{role:"dialog","aria-label":"Keys",tabindex:"-1"},c("div","scl-pane-head",{},c("strong","",{},"Keys"),t),s),this.node.hidden=!0,this.node.addEventListener("keydown",i=>{(i.key==="Escape"||i.key==="?"||i.key==="q")&&(i.preventDefault(),this.close())})}node;open(){this.node.hidden=!1,this.node.focus()}close(){let e=ce(this.node);this.node.hidden=!0,e&&this.leave()}};var Yn=[["number",n=>n.number],["name",n=>n.name],["state",n=>n.status],["worker",n=>n.worker],["submitted",n=>fs(n.submittedAt)],["started",n=>fs(n.startedAt)],["ended",n=>fs(n.endedAt)],["seconds",jr],["attempt",n=>n.attempt],["error",n=>n.error],["cancel",n=>n.cancelResolution],["id",n=>n.id]];function ms(n,e){let t=e==="tsv"?"	":",",s=r=>r.map(l=>Br(l,e)).join(t),i=s(Yn.map(([r])=>r)),o=n.map(r=>s(Yn.map(([,l])=>l(r))));return`${[i,...o].join(`
`)}
`}function jr({startedAt:n,endedAt:e}){return n===null||e===null?null:Number((e-n).toFixed(6))}function fs(n){return n===null?"":new Date(n*1e3).toISOString()}var Wr=/^[=+\-@\t\r]/;function Br(n,e){if(n===null||typeof n=="number")return String(n??"");let t=Wr.test(n)?`'${n}`:n;return e==="tsv"?t.replace(/[\t\r\n]+/g," "):/[",\r\n]/.test(t)?`"${t.replaceAll('"','""')}"`:t}var Rt=class{constructor(e,t){this.sections=t;let s=Oe("menu");this.button=c("button","scl-act scl-dots",{type:"button",title:e,"aria-label":e,"aria-haspopup":"menu","aria-expanded":"false","aria-controls":s}),this.list=c("div","scl-menu",{role:"menu",id:s,"aria-label":e,popover:"manual"}),this.list.hidden=!0,this.node=c("div","scl-menu-frame",{},this.button,this.list),this.button.addEventListener("click",()=>{this.list.hidden?this.open():this.close()}),this.node.addEventListener("keydown",this.onKey),this.node.addEventListener("focusout",i=>{i.relatedTarget instanceof Node&&this.node.contains(i.relatedTarget)||this.close()})}node;button;list;open(){this.list.replaceChildren(...this.sections().map(e=>this.section(e))),this.list.hidden=!1,this.button.setAttribute("aria-expanded","true"),qr(this.list,this.button),this.items[0]?.focus()}close(){if(this.list.hidden)return;let e=ce(this.list);typeof this.list.hidePopover=="function"&&this.list.hidePopover(),this.list.hidden=!0,this.button.setAttribute("aria-expanded","false"),e&&this.button.focus()}section(e){let t=e.map(s=>this.item(s));return c("div","scl-menu-section",{role:"group"},...t)}item({id:e,label:t,isOn:s,isEnabled:i,isDanger:o,act:r}){let l=c("button","scl-menu-item",{type:"button",tabindex:"-1",role:s===void 0?"menuitem":"menuitemcheckbox","data-item":e},t);return s!==void 0&&l.setAttribute("aria-checked",String(s)),l.disabled=i===!1,l.classList.toggle("scl-danger",o===!0),l.addEventListener("click",()=>{this.close(),r()}),l}get items(){return[...this.list.querySelectorAll(".scl-menu-item:enabled")]}onKey=e=>{if(this.list.hidden)return;let{items:t}=this,s=t.findIndex(o=>o===e.target),i=Gr[e.key]?.(s,t.length);if(i!==void 0)t[i]?.focus();else if(e.key==="Escape"||e.key==="Tab")this.close();else return;e.preventDefault()}};function qr(n,e){if(typeof n.showPopover!="function")return;n.showPopover();let{left:t,right:s,top:i,bottom:o}=e.getBoundingClientRect(),{offsetWidth:r,offsetHeight:l}=n,a=document.documentElement,d=Math.max(4,Math.min(s-r,a.clientWidth-r-4)),u=o+l+4<=a.clientHeight||i<l;n.style.left=`${t<0?4:d}px`,n.style.top=`${Math.max(4,u?o+2:i-l-2)}px`}var Gr={ArrowDown:(n,e)=>(n+1)%e,ArrowUp:(n,e)=>(n+e-1)%e,Home:()=>0,End:(n,e)=>e-1};var Kr=["failed","running","cancelling","queued","waiting","retrying","cancelled","succeeded"],Ur={number:"Column: number",worker:"Column: worker",arguments:"Arguments beside the name"},Vr=[["state","Sort by state"],["number","Sort by number"],["name","Sort by name"],["time","Sort by time"]],_t=class{constructor(e,t,s,i,o){this.store=e;this.rowModel=t;this.view=s;this.commands=i;this.events=o;this.bar.node.setAttribute("role","img");let r=c("div","scl-chips",{role:"group","aria-label":"List only"});for(let a of Kr)r.append(this.chip(a));this.stopSelected=R("scl-stop-selected","Cancel",()=>{i.stop(t.selection.stoppable)}),this.retrySelected=R("scl-retry-selected","Retry",()=>{i.retry(t.selection.rows.map(({id:a})=>a))}),this.selection.append(this.selected,this.stopSelected,this.retrySelected),this.search=this.searchField();let l=new Rt("More",()=>this.menuItems());this.node=c("div","scl-head",{},c("div","scl-line",{},this.title,this.bar.node,this.summary,this.search,l.node),c("div","scl-tools",{},r))}node;title=c("span","scl-title");summary=c("span","scl-headline");bar=new he;chips=new Map;selection=c("div","scl-selection");selected=c("span");stopSelected;retrySelected;search;headline=new Fe;draw(){let{store:e,rowModel:t}=this,{counts:s}=e;y(this.title,f(e.engine?.label??"tasks")),this.title.title=this.title.textContent,y(this.summary,this.headline.of(e)),this.summary.title=se(s);let i=se(s);A(this.bar.node,"aria-label",i===""?"no tasks yet":i),this.bar.draw(s);for(let[o,r]of this.chips){y(r.n,T(s[o]));let l=t.filter.has(o);A(r.node,"aria-pressed",String(l)),r.node.classList.toggle("scl-none",s[o]===0&&!l)}this.drawSelection(),document.activeElement!==this.search&&this.search.value!==t.query&&(this.search.value=t.query)}drawSelection(){let{rowModel:e}=this,t=e.selection.size,s=t>1&&this.store.phase!=="ended";this.selection.hidden=!s,s&&(y(this.selected,`${T(t)} selected`),this.stopSelected.disabled=e.selection.stoppableCount===0,this.retrySelected.disabled=e.selection.retriableCount===0)}menuItems(){let{rowModel:e,store:t,view:s}=this,{isFiltered:i}=e,o=i?" listed":"",{counts:r}=t,l=Ke(r),a=t.phase==="ended",d=m=>i||m<2?"":` (${T(m)})`,{changed:u}=this.events,h=[{id:"timeline",label:"Timeline",isOn:s.timeline,act:()=>{s.timeline=!s.timeline,u()}}];t.hasGroups&&h.push({id:"groups",label:"Groups",isOn:e.groupsAreWanted,act:()=>{s.listGroups(!e.groupsAreWanted),u()}});for(let m of je)h.push({id:`column-${m}`,label:Ur[m],isOn:s.shows(m),act:()=>{s.toggleColumn(m),u()}});return[[{id:"cancel-queued",label:`Cancel${o} queued${d(l)}`,isEnabled:!a&&l>0,act:()=>{this.commands.stopQueued()}},{id:"cancel-all",label:i?"Cancel listed":`Cancel all${d(l+r.running)}`,isEnabled:!a&&l+r.running>0,isDanger:!0,act:()=>{this.commands.stopListed()}}],h,Vr.map(([m,p])=>({id:`sort-${m}`,label:p,isOn:e.sort.key===m,act:()=>{e.sortBy(m),u()}})),this.outputItems()]}outputItems(){let{rowModel:e,store:t}=this,{changed:s,notice:i}=this.events;return[{id:"copy",label:"Copy the listed tasks",act:()=>{let o=ms(e.listedRows,"tsv");Me(o).then(()=>{i(`Copied ${$(e.listedRows.length)}`)},()=>{i("The browser does not allow to copy here")})}},{id:"export",label:"Export the listed tasks (CSV)",act:()=>{ut("tasks.csv",ms(e.listedRows,"csv"))}},e.clearedCount===0?{id:"clear",label:"Hide what is done",isEnabled:t.settled>0,act:()=>{e.clearDone(),s()}}:{id:"clear",label:`Show ${$(e.clearedCount)} again`,act:()=>{e.showAll(),s()}},{id:"help",label:"Keys (?)",act:this.events.help}]}chip(e){let t=c("span","scl-n"),s=c("button","scl-chip",{type:"button","data-status":e,"aria-pressed":"false",title:e},c("span","scl-icon",{"aria-hidden":"true"},W[e]),t,c("span","scl-chip-word",{},e));return s.addEventListener("click",()=>{this.rowModel.toggleStatus(e),this.events.changed()}),this.chips.set(e,{node:s,n:t}),s}focusSearch(){this.search.focus()}searchField(){let e=c("input","scl-search",{type:"search",placeholder:"Search","aria-label":"Search tasks by name, worker, number or error",spellcheck:"false"});return e.addEventListener("input",()=>{this.rowModel.find(e.value),this.events.changed()}),e.addEventListener("keydown",t=>{t.key==="Escape"&&e.value!==""&&(e.value="",this.rowModel.find(""),this.events.changed())}),e}};var Jr={cancelled:"rising",cancelling:"upright",failed:"falling"};function Qn(n,e){let t=c("span","",{"aria-hidden":"true"});t.hidden=!0,n.append(t);let s=getComputedStyle(t),i=a=>(t.style.color=a,s.color),o=a=>Object.fromEntries(x.map(d=>[d,a(d)])),r=(a,d)=>i(`color-mix(in srgb, var(--scl-${a}) ${d}%, var(--scl-raised))`),l={fill:o(a=>{let d=Jr[a],u=r(a,a==="succeeded"?38:30);return d===void 0?u:Xr(e,u,r(a,55),d)??u}),text:o(()=>i("var(--scl-ink)")),ink:i("var(--scl-ink)"),line:i("var(--scl-line)"),font:`11px ${s.fontFamily}`};return t.remove(),l}var B=6;function Xr(n,e,t,s){let i=document.createElement("canvas");i.width=B,i.height=B;let o=i.getContext("2d");if(o===null)return null;if(o.fillStyle=e,o.fillRect(0,0,B,B),o.strokeStyle=t,o.lineWidth=1.5,o.beginPath(),s==="upright")o.moveTo(B/2,0),o.lineTo(B/2,B);else{let r=s==="falling"?1:-1;for(let l of[-B,0,B])o.moveTo(l-1,B/2-r*(B+2)/2),o.lineTo(l+B+1,B/2+r*(B+2)/2)}return o.stroke(),n.createPattern(i,"repeat")}var Yr=64,gs=1e-4,Qr=8,Zn=1,st=class{constructor(e){this.store=e}lanesMade=[];madeOf=-1;dearUntil=0;total=0;extent=null;chosen=null;get lanes(){if(this.madeOf!==this.store.revision&&performance.now()>=this.dearUntil){let e=performance.now();this.make(),this.madeOf=this.store.revision;let t=performance.now()-e;this.dearUntil=t<2?0:e+t*(1+Qr)}return this.lanesMade}get workerCount(){return this.total}get isBehind(){return this.madeOf!==this.store.revision}make(){let e=new Map,t=1/0,s=-1/0;for(let i of this.store.rows){let o=Zr(i);if(o===null)continue;let r=e.get(i.worker);r===void 0&&(r=[],e.set(i.worker,r)),r.push(o),t=Math.min(t,o.start),s=Math.max(s,o.end??o.start)}this.total=e.size,this.extent=t<=s?{from:t,to:s}:null,this.lanesMade=[...e].sort(([i],[o])=>i.localeCompare(o,"en",{numeric:!0})).slice(0,Yr).map(([i,o])=>({worker:i,spans:o.sort((r,l)=>r.start-l.start)}))}get whole(){let{extent:e}=this,t=this.store.now();if(e===null)return{from:t-1,to:t};let{running:s,cancelling:i}=this.store.counts,o=s+i>0?Math.max(t,e.to):e.to;return{from:e.from,to:Math.max(o,e.from+gs)}}get range(){return this.chosen??this.whole}get isZoomed(){return this.chosen!==null}fit(){this.chosen=null}zoom(e,t){let{from:s,to:i}=this.range,o=Math.max((i-s)/e,gs),r=(t-s)/(i-s);this.show(t-r*o,o)}pan(e){let{from:t,to:s}=this.range;this.show(t+e*(s-t),s-t)}reveal(e){let{from:t,to:s}=this.range,i=e.end??this.store.now();if(e.start<t||i>s){let o=Math.max(s-t,(i-e.start)*1.2);this.show((e.start+i-o)/2,o)}}show(e,t){let{whole:s}=this,i=s.to-s.from;if(t>=i){this.chosen=null;return}let o=Math.min(Math.max(e,s.from),s.to-t);this.chosen={from:o,to:o+t}}bars(e,t){let{from:s,to:i}=this.range,o=this.store.now(),r=t/(i-s),l=[];for(let a=ei(e.spans,s);a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>i)break;let u=Math.max((d.start-s)*r,0),h=Math.min(((d.end??o)-s)*r,t);if(h-u>=Zn){l.push({left:u,right:h,status:d.status,id:d.id,count:1});continue}let m=Math.floor(u),p={left:m,right:m+Zn},w=l.at(-1);if(w?.left===m&&w.right===p.right){let S=w.count+1;l[l.length-1]={...p,...el(w,d),count:S}}else l.push({...p,status:d.status,id:d.id,count:1})}return l}at(e,t,s){let i=this.store.now(),o=null,r=s,l=ei(e.spans,t-s);for(let a=l;a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>t+s)break;let u=Math.max(d.start-t,t-(d.end??i),0);(u<r||u===0&&r===0)&&(o=d,r=u)}return o}ticks(e){let{from:t,to:s}=this.range,i=this.whole.from,o=sl((s-t)/Math.max(e,1)),r=[];for(let l=Math.ceil((t-i)/o);i+l*o<=s;l+=1)r.push({at:i+l*o,since:l*o});return r}};function Zr(n){return n.startedAt===null?null:{id:n.id,start:n.startedAt,end:n.endedAt,status:n.status}}function ei(n,e){let t=0,s=n.length;for(;t<s;){let i=t+s>>1;(n[i]?.end??1/0)<e?t=i+1:s=i}return t}function el(n,e){let{status:t,id:s}=x.indexOf(e.status)<x.indexOf(n.status)?e:n;return{status:t,id:s}}var tl=[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,21600,43200,86400];function sl(n){if(n<1){let e=10**Math.floor(Math.log10(Math.max(n,gs)));return[1,2,5,10].map(t=>t*e).find(t=>t>=n)??1}return tl.find(e=>e>=n)??Math.ceil(n/86400)*86400}var nt=18,it=14,nl=16,il=80,ol=44,ti=3,rl=14,ll=44,Be=1.6,al=90,dl="Arrow keys go from task to task, + and - zoom, 0 shows all, Enter selects.",It=class{constructor(e,t,s){this.root=e;this.store=t;this.events=s;this.timeline=new st(t),this.area=c("div","scl-tl-area",{role:"application",tabindex:"0","aria-label":"Timeline of the workers","aria-description":dl},this.names,this.canvas);let i=()=>{let{from:l,to:a}=this.timeline.range;return(l+a)/2},o=R("scl-tl-zoom","−",()=>{this.zoom(1/Be,i())}),r=R("scl-tl-zoom","+",()=>{this.zoom(Be,i())});o.setAttribute("aria-label","Zoom out"),r.setAttribute("aria-label","Zoom in"),this.fit=R("scl-tl-zoom","All",()=>{this.showAll()}),this.fit.setAttribute("aria-label","Show all of the time"),this.node=c("section","scl-timeline",{"aria-label":"Timeline"},c("div","scl-tl-line",{},this.shown,o,r,this.fit),this.area,this.axis),this.node.hidden=!0,this.area.addEventListener("keydown",this.onKey),this.area.addEventListener("wheel",this.onWheel,{passive:!1}),this.canvas.addEventListener("pointermove",this.onMove),this.canvas.addEventListener("pointerdown",this.onDown),this.canvas.addEventListener("pointerup",this.onUp),this.canvas.addEventListener("pointerleave",this.onLeave),this.resized=new ResizeObserver(()=>{this.touch()}),this.resized.observe(this.area)}node;timeline;shown=c("div","scl-tl-said",{role:"status","aria-live":"polite"});names=c("div","scl-tl-names",{"aria-hidden":"true"});canvas=c("canvas","scl-tl-canvas",{"aria-hidden":"true"});axis=c("div","scl-tl-axis",{"aria-hidden":"true"});area;fit;resized;cursor=null;cursorLane=0;dragFrom=null;isStale=!0;drawnOf=-1;drawnAt=-1/0;dispose(){this.resized.disconnect()}draw(e){if(this.node.hidden===e&&(this.node.hidden=!e,this.isStale=!0),!e)return;let t=performance.now(),s=this.store.counts.running+this.store.counts.cancelling>0,i=this.store.revision!==this.drawnOf||s;if(!this.isStale&&!(i&&t-this.drawnAt>=al))return;let{lanes:o}=this.timeline;this.isStale=this.timeline.isBehind,this.drawnOf=this.store.revision,this.drawnAt=t,this.drawNames(o),this.drawAxis(),this.drawBars(o),this.say(o),this.fit.disabled=!this.timeline.isZoomed}get isBehind(){return!this.node.hidden&&(this.isStale||this.store.revision!==this.drawnOf)}touch(){this.isStale=!0,this.events.changed()}get width(){return Math.max(1,this.area.clientWidth-this.names.offsetWidth)}drawNames(e){let t=e.map(i=>f(i.worker===""?"(no worker named)":i.worker)),s=this.timeline.workerCount-e.length;s>0&&t.push(`and ${T(s)} more`),this.names.childElementCount!==t.length&&this.names.replaceChildren(...t.map(()=>c("div","scl-tl-name")));for(let[i,o]of[...this.names.children].entries())o instanceof HTMLElement&&(y(o,t[i]??""),A(o,"title",t[i]??""))}drawAxis(){let{from:e,to:t}=this.timeline.range,{width:s}=this,i=t-ol/s*(t-e),o=this.timeline.ticks(Math.floor(s/il)).filter(({at:r})=>r<=i);this.axis.style.paddingInlineStart=`${this.names.offsetWidth}px`,this.axis.style.height=`${nl}px`,this.axis.childElementCount!==o.length&&this.axis.replaceChildren(...o.map(()=>c("span","scl-tl-tick")));for(let[r,l]of[...this.axis.children].entries()){let a=o[r];if(l instanceof HTMLElement&&a!==void 0){let d=this.names.offsetWidth+(a.at-e)/(t-e)*s;l.style.transform=`translateX(${Math.round(d)}px)`,y(l,a.since===0?"0":te(a.since))}}}drawBars(e){let{canvas:t,width:s}=this,i=Math.max(1,e.length)*nt,o=window.devicePixelRatio||1;t.style.width=`${s}px`,t.style.height=`${i}px`,t.width=Math.round(s*o),t.height=Math.round(i*o);let r=t.getContext("2d");if(r===null)return;r.scale(o,o);let l=Qn(this.root,r);r.font=l.font,r.textBaseline="middle";for(let[a,d]of e.entries()){let u=a*nt;r.fillStyle=l.line,r.fillRect(0,u+nt-1,s,1);for(let h of this.timeline.bars(d,s))cl(r,h,u+1,l,this.nameOf(h))}this.drawCursor(r,l,s)}nameOf(e){return e.right-e.left<ll?"":f(this.store.get(e.id)?.name??"")}drawCursor(e,t,s){let{cursor:i}=this;if(i===null)return;let{from:o,to:r}=this.timeline.range,l=(i.start-o)/(r-o)*s,a=((i.end??this.store.now())-o)/(r-o)*s;e.strokeStyle=t.ink,e.lineWidth=2;let d=this.cursorLane*nt+1;e.strokeRect(l-1,d,Math.max(a-l,1)+2,it+1)}say(e){let t=this.cursor?.id,s=t===void 0?void 0:this.store.get(t);if(s===void 0){let l=e.length===0?"No task has started yet.":`${T(this.timeline.workerCount)} ${this.timeline.workerCount===1?"worker":"workers"}`;y(this.shown,l);return}let i=this.hidden(),o=i>0?`  and ${$(i)} more here: zoom in`:"",r=ye(s,this.store.now());y(this.shown,`${W[s.status]} ${f(s.name)}, ${s.status}, ${r}, ${f(s.worker)}${o}`)}hidden(){let e=this.timeline.lanes[this.cursorLane],{cursor:t}=this;if(e===void 0||t===null)return 0;let{from:s,to:i}=this.timeline.range,o=(t.start-s)/(i-s)*this.width,r=this.timeline.bars(e,this.width).find(l=>l.left<=o&&o<l.right);return r===void 0?0:r.count-1}timeAt(e){let{from:t,to:s}=this.timeline.range;return t+e/this.width*(s-t)}point(e){let t=this.canvas.getBoundingClientRect();return{x:e.clientX-t.left,y:e.clientY-t.top}}onMove=e=>{let{x:t,y:s}=this.point(e);if(this.dragFrom!==null&&e.buttons>0){let u=t-this.dragFrom.x;(this.dragFrom.moved||Math.abs(u)>ti)&&(this.timeline.pan(-u/this.width),this.dragFrom={x:t,moved:!0},this.touch());return}let i=Math.floor(s/nt),o=this.timeline.lanes[i],{from:r,to:l}=this.timeline.range,a=ti*(l-r)/this.width,d=o===void 0?null:this.timeline.at(o,this.timeAt(t),a);this.canvas.classList.toggle("scl-tl-hit",d!==null),d?.id!==this.cursor?.id&&(this.cursor=d,this.cursorLane=i,this.touch())};onDown=e=>{this.dragFrom={x:this.point(e).x,moved:!1},this.canvas.setPointerCapture(e.pointerId)};onUp=()=>{let e=this.dragFrom?.moved??!1;this.dragFrom=null,!e&&this.cursor!==null&&this.events.select(this.cursor.id)};onLeave=()=>{this.cursor!==null&&document.activeElement!==this.area&&(this.cursor=null,this.touch())};onWheel=e=>{let t=Math.abs(e.deltaX)>Math.abs(e.deltaY)||e.shiftKey;if(t&&this.timeline.isZoomed)this.timeline.pan((e.deltaX||e.deltaY)/this.width),this.touch();else if(!t&&(e.ctrlKey||e.metaKey||this.hasFocus))this.zoom(e.deltaY<0?Be:1/Be,this.timeAt(this.point(e).x));else return;e.preventDefault()};get hasFocus(){return document.activeElement===this.area}zoom(e,t){this.timeline.zoom(e,t),this.touch()}showAll(){this.timeline.fit(),this.touch()}onKey=e=>{e.ctrlKey||e.metaKey||e.altKey||!this.pressed(e.key)||(e.preventDefault(),e.stopPropagation())};pressed(e){let{from:t,to:s}=this.timeline.range,i=this.cursor===null?(t+s)/2:this.cursor.start;switch(e){case"+":case"=":return this.zoom(Be,i),!0;case"-":return this.zoom(1/Be,i),!0;case"0":return this.showAll(),!0;case"ArrowLeft":return this.step(-1);case"ArrowRight":return this.step(1);case"Home":return this.step(-1/0);case"End":return this.step(1/0);case"ArrowUp":return this.changeLane(-1);case"ArrowDown":return this.changeLane(1);case"Enter":case" ":return this.cursor!==null&&this.events.select(this.cursor.id),!0;default:return!1}}step(e){let t=this.timeline.lanes[this.cursorLane],s=(t?.spans.length??0)-1;if(t!==void 0&&s>=0){let i=this.cursor?.id,o=t.spans.findIndex(l=>l.id===i),r=o<0?e<0?0:s:o+e;this.goTo(t.spans[Math.min(Math.max(r,0),s)]??null)}return!0}changeLane(e){let{lanes:t}=this.timeline,s=t[this.cursorLane+e];if(s!==void 0){let i=this.cursor?.start??this.timeline.range.to;this.cursorLane+=e,this.goTo(this.timeline.at(s,i,1/0))}return!0}goTo(e){this.cursor=e,e!==null&&this.timeline.reveal(e),this.touch()}};function cl(n,e,t,s,i){let o=e.right-e.left,r=o>3?1:0;n.fillStyle=s.fill[e.status],n.fillRect(e.left,t,o-r,it),e.status==="failed"&&(n.fillStyle=s.ink,n.fillRect(e.left,t+it,Math.max(o-r,2),2)),!(o<rl)&&(n.save(),n.beginPath(),n.rect(e.left,t,o-r-2,it),n.clip(),n.fillStyle=s.text[e.status],n.fillText(`${ul(e.status)} ${i}`,e.left+3,t+it/2+.5),n.restore())}function ul(n){return W[n]}var si="scaler_lab.looks",ys="scaler_lab.lists",hl=40,Lt=class{constructor(e,t){this.storage=e;this.rowModel=t;this.looks=pl(Te(e,si)),t.listGroups(this.looks.groups)}looks;height="";scope="";saved="";shows(e){return this.looks.columns.includes(e)}toggleColumn(e){let{columns:t}=this.looks;this.looks.columns=this.shows(e)?t.filter(s=>s!==e):[...t,e],this.saveLooks()}get nameWidth(){return this.looks.nameWidth}set nameWidth(e){this.looks.nameWidth=e,this.saveLooks()}get paneHeight(){return this.looks.paneHeight}set paneHeight(e){this.looks.paneHeight=e,this.saveLooks()}get timeline(){return this.looks.timeline}set timeline(e){this.looks.timeline=e,this.saveLooks()}listGroups(e){this.rowModel.listGroups(e),this.looks.groups=e,this.saveLooks()}noteHeight(e){e!==""&&(this.height=e)}enter(e){if(e===this.scope)return"";this.scope=e;let t=ni(Te(this.storage,ys)).get(e);return t===void 0?"":(this.height=t.height,this.rowModel.restore({key:t.sort,descending:t.descending},t.statuses,t.query),this.saved=JSON.stringify(this.list()),t.height)}save(){let e=this.list(),t=JSON.stringify(e);if(this.scope===""||t===this.saved)return;this.saved=t;let s=ni(Te(this.storage,ys));s.delete(this.scope),s.set(this.scope,e),Ue(this.storage,ys,JSON.stringify([...s].slice(-hl)))}list(){let{sort:e,filter:t,query:s}=this.rowModel;return{sort:e.key,descending:e.descending,statuses:[...t],query:s,height:this.height}}saveLooks(){Ue(this.storage,si,JSON.stringify(this.looks))}};function pl(n){let e=ii(n),t=typeof e=="object"&&e!==null?e:{};return{columns:Array.isArray(t.columns)?je.filter(s=>t.columns.includes(s)):["arguments"],nameWidth:typeof t.nameWidth=="number"?t.nameWidth:null,paneHeight:typeof t.paneHeight=="number"?t.paneHeight:null,timeline:t.timeline===!0,groups:t.groups!==!1}}function ni(n){let e=ii(n),t=new Map;for(let s of Array.isArray(e)?e:[]){let[i,o]=Array.isArray(s)?s:[];typeof i=="string"&&typeof o=="object"&&o!==null&&t.set(i,fl(o))}return t}function fl(n){return{sort:De.find(e=>e===n.sort)??"state",descending:n.descending===!0,statuses:Array.isArray(n.statuses)?x.filter(e=>n.statuses.includes(e)):[],query:typeof n.query=="string"?n.query:"",height:typeof n.height=="string"?n.height:""}}function ii(n){try{return JSON.parse(n)}catch{return null}}var oi=500,ml=6,gl=100,yl=120,vl={cancel:Z,kill:n=>n==="running"||n==="cancelling",retry:de};function ot(n,e,t){let s=Ws(),i=new me(()=>e.engine?.engineId??"",s),o=new be(e,i),r=new Lt(s,o),l=!1,a=0,d=0,u=0,h="",m=null,p=()=>{a===0&&(a=requestAnimationFrame(()=>{a=0,ke()}))},w=(E,F)=>{h=E,m=F??null;let fe=F===void 0?ml:an;u=Date.now()+fe*1e3,p()},S=new _e(()=>{M.node.focus()}),_=new Ct(()=>{M.node.focus()}),O=new Re(e,o,t,{changed:p,notice:w,ask:(E,F,fe)=>{S.ask(f(E),F,fe)}}),b=new $e(t,p),v=new _t(e,o,r,O,{changed:p,notice:w,help:()=>{_.open()}}),I=new It(n,e,{changed:p,select:E=>{let F=e.groupOf(E);F!==null&&o.groupsAreListed&&o.fold(F.id,!1),o.selectOnly(E),o.indexOf(E)<0&&w("What is searched for or filtered hides this task's row"),M.draw(),M.reveal(),p()}}),M=new At(e,o,O.pending,b,r,{changed:p,stop:(E,F)=>{O.stop(E,F)},stopQueued:()=>{O.stopQueued()},retry:E=>{O.retry(E)},search:()=>{v.focusSearch()},help:()=>{_.open()},toggleDetails:E=>{l=!(l&&o.active===E&&z===E),o.active=E,p()}}),z=null,L=new Le(t,r,{close:()=>{l=!1,p(),M.node.focus()},notice:w}),oe=new Ce,Y=c("span"),re=R("scl-undo","Undo",()=>{let E=m;u=0,m=null,p(),E?.()}),le=c("div","scl-foot",{},Y,re),Q=c("div","scl-frame",{},M.node,M.emptyNote,v.selection,_.node),ke=()=>{let E=r.enter(wl(e));E!==""&&(M.node.style.height=E),v.draw(),I.draw(r.timeline),M.draw();let F=o.ids.length===0;Xn(M,F?xl(e,o):""),n.classList.toggle("scl-is-empty",F);let fe=o.active===null?void 0:e.get(o.active),Zi=z;z=l&&fe!==void 0?fe.id:null,L.draw(l?fe??null:null),Zi===null&&z!==null&&ae(),oe.draw(e.counts),r.save(),y(Y,Ge()),le.hidden=Y.textContent==="",re.hidden=m===null||Date.now()>=u,n.dataset.phase=e.phase,(o.isBehind||I.isBehind)&&(window.clearTimeout(d),d=window.setTimeout(p,gl))},ae=()=>{requestAnimationFrame(()=>{requestAnimationFrame(()=>{M.reveal()})})},Ge=()=>Date.now()<u&&h!==""?f(h):e.phase==="ended"?f(e.endReason):"",Ut=E=>e.phase==="ended"||E==="kill"&&e.engine?.canStopRunning!==!0?[]:o.meant.filter(({status:F})=>vl[E](F)).map(({id:F})=>F),Ls=E=>E==="details"?o.active!==null&&e.get(o.active)!==void 0:Ut(E).length>0,Ji=E=>{E==="details"?(l=Ls(E),p()):E==="retry"?O.retry(Ut(E)):O.stop(Ut(E),E==="kill")};n.classList.add("scl"),n.tabIndex=-1,n.replaceChildren(v.node,I.node,Q,S.node,L.node,le,oe.node);let Xi=xt(n),Yi=e.subscribe(p),Ns=0,Qi=window.setInterval(()=>{bl(n)&&Date.now()<Ns+yl*1e3&&t.keepAlive?.(),(e.counts.running+e.counts.cancelling>0||Date.now()<u+oi)&&p()},oi),lt=()=>{Ns=Date.now(),t.keepAlive?.()};return n.addEventListener("pointermove",lt,{passive:!0}),n.addEventListener("keydown",lt),n.addEventListener("keydown",ri),ke(),{rowModel:o,can:Ls,perform:Ji,notice:w,draw:ke,dispose:()=>{cancelAnimationFrame(a),window.clearInterval(Qi),window.clearTimeout(d),Yi(),Xi(),M.dispose(),b.dispose(),I.dispose(),L.dispose(),n.removeEventListener("pointermove",lt),n.removeEventListener("keydown",lt),n.removeEventListener("keydown",ri),n.replaceChildren()}}}function wl({engine:n}){return n===null?"":`${n.engineId} ${n.label}`}function bl(n){return n.matches(":hover")||document.hasFocus()&&ce(n)}function ri(n){!n.ctrlKey&&!n.metaKey&&!n.altKey&&n.stopPropagation()}function xl(n,e){if(e.isFiltered&&n.size>0)return"No task matches.";switch(n.phase){case"connecting":return"Waiting for the kernel …";case"live":return n.size>0?"Loading …":"No tasks yet: submit something.";case"ended":return"No tasks."}}var kl=new Map([["line",On],["task",An]]);function vs(n,e,t,s){return(kl.get(n)??ot)(e,t,s)}var Sl=5,El=.5,ie=class{byId=new Map;byGroup=new Map;alone=new Set;order=[];orderIsStale=!1;tally=q();told=null;listeners=new Set;resync;clock;staged=null;stagedVersion=-1;fillsEmpty=!0;pending=!1;clockAhead=null;samples=[];version=-1;phase="connecting";engine=null;endReason="";revision=0;constructor(e){this.resync=e.resync,this.clock=e.clock??(()=>Date.now()/1e3)}subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}get rows(){if(this.orderIsStale){let e=[];for(let{row:t}of this.byId.values())e.push(t);this.order=ct(e),this.orderIsStale=!1}return this.order}restartRate(){this.samples=[]}get size(){let{counts:e}=this;return x.reduce((t,s)=>t+e[s],0)}get counts(){return this.told??this.tally}get settled(){let{succeeded:e,failed:t,cancelled:s}=this.counts;return e+t+s}get(e){return this.byId.get(e)?.row}get groups(){return this.byGroup.values()}get hasGroups(){return this.byGroup.size>0}get onlyGroup(){for(let e of this.byGroup.values())return this.byGroup.size===1?e:null;return null}group(e){return this.byGroup.get(e)}groupOf(e){return this.byId.get(e)?.group??null}get ungrouped(){let e=[];for(let{row:t}of this.alone)e.push(t);return ct(e)}get ungroupedCount(){return this.alone.size}now(){return this.clock()+(this.clockAhead??0)}rate(){let e=this.clock(),t=this.samples;for(;t.length>2&&(t[1]?.at??e)<=e-Sl;)t.shift();let s=t[0];return s===void 0||this.settled===this.size||e-s.at<El?null:(this.settled-s.settled)/(e-s.at)}apply(e,t){if(t!==void 0){let s=t-this.clock();this.clockAhead=this.clockAhead===null?s:Math.max(this.clockAhead,s)}switch(e.kind){case"welcome":this.engine=e,this.phase="connecting",this.endReason="",this.pending=!0;break;case"snapshot":this.told=e.counts,(this.version<0||e.counts===null)&&(this.samples=[]),this.applySnapshot(e.version,e.part,e.parts,e.rows);break;case"changes":if(this.version<0||e.since!==this.version){e.version>this.version&&this.askForSnapshot();return}this.told=e.counts;for(let s of e.forgotten)this.forget(s);for(let s of e.rows)this.put(s);this.version=e.version;break;case"closed":this.end(e.reason,"engine ended");return;case"response":case"details":return}this.sample(),this.notify()}end(e,t){this.phase="ended",this.endReason=e;let s=this.now();for(let{row:i}of[...this.byId.values()])P(i.status)||this.put(Ml(i,t,s));if(this.told!==null){let{cancelling:i,...o}=this.told;this.told={...q(),succeeded:o.succeeded,failed:o.failed+U(this.told),cancelled:o.cancelled+i}}this.sample(),this.notify()}overtake(e){let t=!1;for(let s of e){let i=this.byId.get(s.id)?.row;i===void 0||!Tl(s,i)||(this.put({...s,number:i.number,version:i.version,cell:i.cell}),this.told!==null&&s.status!==i.status&&(this.told={...this.told,[i.status]:this.told[i.status]-1,[s.status]:this.told[s.status]+1}),t=!0)}t&&(this.sample(),this.notify())}reconnect(){this.pending=!1,this.askForSnapshot()}applySnapshot(e,t,s,i){t===0&&(this.staged=[],this.stagedVersion=e,this.fillsEmpty=this.byId.size===0);let o=this.staged;if(o===null||e!==this.stagedVersion){this.staged=null,this.pending=!1,this.askForSnapshot();return}let r=t===s-1;for(let l of i)o.push(l);if(this.fillsEmpty)for(let l of i)this.put(l);else r&&this.replace(o);r&&(this.staged=null,this.pending=!1,this.version=e,this.phase="live")}replace(e){this.byId.clear(),this.byGroup.clear(),this.alone.clear(),this.tally=q();for(let t of e)this.add(t)}put(e){let t=this.byId.get(e.id);if(t===void 0){this.add(e);return}let s=t.row;t.row=e,t.group?.change(s,e),this.tally[s.status]-=1,this.tally[e.status]+=1,this.orderIsStale=!0}add(e){let t=Ks(e),s=null;t!==null&&(s=this.byGroup.get(t)??new dt(t,e),this.byGroup.set(t,s));let i={row:e,group:s};this.byId.set(e.id,i),s===null?this.alone.add(i):s.add(i),this.tally[e.status]+=1,this.orderIsStale=!0}forget(e){let t=this.byId.get(e);if(t===void 0)return;P(t.row.status)||(this.tally[t.row.status]-=1),this.byId.delete(e),this.alone.delete(t);let{group:s}=t;s!==null&&(s.remove(t),s.isEmpty&&this.byGroup.delete(s.id)),this.orderIsStale=!0}sample(){let e=this.clock(),t=this.samples.at(-1);this.settled===this.size?this.samples=[{at:e,settled:this.settled}]:(t===void 0||e-t.at>=.1)&&this.samples.push({at:e,settled:this.settled})}askForSnapshot(){this.pending||(this.pending=!0,this.resync())}notify(){this.revision+=1;for(let e of[...this.listeners])e()}};function Tl(n,e){if(P(e.status))return!1;if(n.attempt!==e.attempt)return n.attempt>e.attempt;let t=li(n.status)-li(e.status);return t>0||t===0&&n.outputBytes>e.outputBytes}function li(n){return V(n)?n==="retrying"?3:0:n==="running"?1:n==="cancelling"?2:4}function Ml(n,e,t){return n.status==="cancelling"?{...n,status:"cancelled",cancelResolution:"lost",detail:e,endedAt:t}:{...n,status:"failed",error:e,detail:"",endedAt:t}}var Nt="application/vnd.scaler-lab.table.v1+json";function ai(n){try{let{layout:e,welcome:t,engines:s,tasks:i,version:o}=n??{},r=Ee(t);return r.kind!=="welcome"?null:{layout:g(e),welcome:r,engines:C(s).map(g),tasks:C(i).map(Ol),version:k(o)}}catch(e){if(e instanceof H)return null;throw e}}function Ol(n){let[e,t]=C(n);return[g(e),g(t)]}function di({tasks:n},e){return n.some(([t,s])=>t<=e&&e<=s)}var Al="scaler_lab-saved",Cl="scl-saved";function ci(n,e){n.classList.add(Cl),n.addEventListener(Al,t=>{e(t.detail)})}function ui(n,e){n.dataset.version=e===null?"":String(e)}var Rl=Symbol.for("scaler_lab.serverTasks");function ws(n){globalThis[Rl]=n}var _l=1500,bs=3,Il=15e3,Pt=class{constructor(e,t=()=>null){this.emit=e;this.countsOf=t}settings={failures:!0,doneAfter:60};gathered=new Map;told=new Map;number=0;timer=null;apply({engineId:e,title:t,tasks:s,failed:i}){let{failures:o,doneAfter:r}=this.settings,l=o?s.filter(({status:h})=>h==="failed"):[],a=s.filter(({status:h,seconds:m})=>h==="succeeded"&&r>0&&m>=r),d=o?i:0;if(d===0&&a.length===0)return;let u=this.gathered.get(e)??{engineId:e,title:t,failed:0,failures:[],done:[]};this.gathered.set(e,u),u.failed+=d,u.failures.push(...l.slice(0,bs)),u.done.push(...a),this.timer??=setTimeout(()=>{this.flush()},_l)}dispose(){this.timer!==null&&(clearTimeout(this.timer),this.timer=null),this.gathered.clear()}flush(){this.timer=null;for(let e of this.gathered.values()){e.failed>0&&this.emitFailures(e);let{engineId:t,title:s,done:i}=e,[o]=i;if(o!==void 0){this.number+=1;let r=Pl(s,i);this.emit({kind:"done",engineId:t,text:r,first:o,number:this.number})}}this.gathered.clear()}emitFailures({engineId:e,title:t,failed:s,failures:i}){let o=Date.now(),r=this.told.get(e);(r===void 0||o-r.at>Il)&&(this.number+=1,r={number:this.number,failed:0,failures:[],at:o}),r={number:r.number,failed:r.failed+s,failures:[...r.failures,...i].slice(0,bs),at:o},this.told.set(e,r),this.emit({kind:"failed",engineId:e,text:Ll(t,r.failed,r.failures,this.countsOf(e)),first:r.failures[0]??null,number:r.number})}};function Ll(n,e,t,s){let[i]=t,o=s?.failed===e?Nl(s):0,r=o>e?`${T(e)} of ${$(o)}`:$(e);return i===void 0?`${r} failed in ${n}`:e===1?`${i.name} failed in ${n}: ${i.error}`:`${r} failed in ${n}, first ${i.name}: ${i.error}`}function Nl(n){return x.reduce((e,t)=>e+n[t],0)}function Pl(n,e){let[t]=e;return e.length===1&&t!==void 0?`${t.name} is done in ${n}, after ${Math.round(t.seconds)} s`:`${e.length} long tasks are done in ${n}${$l(e,e.length)}`}function $l(n,e){let t=[...new Set(n.slice(0,bs).map(({name:s})=>s))];return t.length===0?"":`: ${t.join(", ")}${e>t.length?" …":""}`}function $t(n){let{notifyFailures:e,notifyDoneAfterSeconds:t,area:s}=n;return{failures:e!==!1,doneAfter:typeof t=="number"?t:60,area:s==="right"?"right":"left"}}var Fl=8e3,zl=15e3,pi={id:`${N}:plugin`,description:"Notifies of tasks that failed, and of long ones that are done.",autoStart:!0,requires:[j],optional:[hi.ISettingRegistry],activate:(n,{model:e},t)=>{let s=new Map,i=new Pt(o=>{let r=s.get(o.number),l=Hl(n,o);(r===void 0||!xs.Notification.update({id:r,message:o.text,...l}))&&s.set(o.number,xs.Notification.emit(o.text,Dl(o),l))},o=>e.engine(o)?.counts??null);e.onEnding(o=>{i.apply(o)}),t?.load(`${N}:plugin`).then(o=>{let r=()=>{i.settings=$t({...o.composite})};r(),o.changed.connect(r)},()=>{})}};function Dl({kind:n}){return n==="failed"?"error":"success"}function Hl(n,{kind:e,engineId:t,first:s}){let i=e==="failed",o=r=>{n.commands.execute(D.showPanel,{host:t,task:r})};return{autoClose:i?zl:Fl,actions:[...i&&s!==null?[{label:"Show traceback",callback:()=>{o(s.id)}}]:[],{label:"Show tasks",callback:()=>{o("")}}]}}var wi=require("@jupyterlab/notebook");var fi=`/*
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

/* -- the timeline --------------------------------------------------------------------------- */

.scl-timeline {
  padding: 0 12px 6px;
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
`;var mi=`/* The side panel around the table, and the status-bar item.  Jupyter's variables throughout. */

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
`;var gi="scaler-lab-style";function Ft(){if(document.getElementById(gi)===null){let n=document.createElement("style");n.id=gi,n.textContent=`${fi}
${mi}`,document.head.append(n)}}var vi=require("@lumino/widgets");var yi=require("@lumino/widgets"),zt=class extends yi.Widget{constructor(t,s){super();this.model=t;this.saved=s;this.store=new ie({resync:()=>{}}),this.store.apply(s.welcome),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1});let i=s.engines.filter(r=>t.runs(r)),o=vs(s.layout,this.node,this.store,this.actionsOf(i));this.ends=[()=>{o.dispose()},t.subscribe(()=>{this.store.phase==="live"&&!i.some(r=>t.runs(r))&&this.store.end("This engine has ended.","engine ended")}),...i.map(r=>t.follow(r,l=>{this.take(l)}))]}store;ends;dispose(){if(!this.isDisposed){for(let t of this.ends)t();super.dispose()}}take(t){let s=t.filter(({id:o})=>di(this.saved,o)),i=this.store.version;this.store.apply({kind:"changes",since:i,version:i+1,rows:s,forgotten:[],counts:null})}actionsOf(t){let[s=null]=t,i=this.model.actions(t.length===1?s:null);return{...i,cancelAll:o=>{let r=this.store.rows.filter(({status:l})=>!P(l));return i.cancel(r.map(({id:l})=>l),!1,o)}}}};var ks="application/vnd.jupyter.widget-view+json",Bl="text/html",ql=400,Dt=class extends vi.Panel{constructor(t,s,i){super();this.renderers=t;this.tasks=s;i.then(()=>{setTimeout(()=>{this.hasFactory=!0,this.renderWidget(),this.draw()})}),ci(this.node,o=>{let{model:r}=this;r?.setData({data:{...r.data,...o}})}),this.observer=new MutationObserver(()=>{this.draw()}),this.timer=window.setTimeout(()=>{this.isPatient=!1,this.draw()},ql),this.unsubscribe=s.subscribe(()=>{this.draw()})}model=null;saved=null;widgetId="";widget=null;still=null;server=null;isPatient=!0;hasFactory=!1;observer;timer;unsubscribe;renderModel(t){return this.model=t,this.saved=ai(t.data[Nt]),ui(this.node,this.saved?.version??null),this.renderWidget(),this.still!==null&&this.still.renderModel(t),this.draw(),Promise.resolve()}dispose(){window.clearTimeout(this.timer),this.observer.disconnect(),this.unsubscribe(),super.dispose()}renderWidget(){let{model:t}=this,s=t?.data[ks],i=typeof s?.model_id=="string"&&t?.trusted===!0?s.model_id:"";if(!(t===null||i===this.widgetId||!this.hasFactory||this.isDisposed)&&(this.widgetId=i,this.observer.disconnect(),this.widget?.dispose(),this.widget=null,i!==""&&this.renderers.getFactory(ks)!==void 0)){let o=this.renderers.createRenderer(ks);this.widget=o,o.hide(),this.addWidget(o),this.observer.observe(o.node,{childList:!0,subtree:!0}),o.renderModel(t)}}draw(){if(this.isDisposed)return;let t=this.widget?.node.querySelector(".scl")!=null;this.widget?.setHidden(!t);let s=this.isPatient&&(this.widget!==null||!this.hasFactory),i=!t&&!s;this.drawServed(i&&(this.server!==null||this.canBeServed)?this.saved:null),this.drawStill(i&&this.server===null)}get canBeServed(){return((this.model?.trusted===!0?this.saved?.engines:null)??[]).some(s=>this.tasks.runs(s))}drawServed(t){t===null?(this.server?.dispose(),this.server=null):this.server===null&&(this.server=new zt(this.tasks,t),this.addWidget(this.server))}drawStill(t){t?this.still===null&&this.model!==null&&(this.still=this.renderers.createRenderer(Bl),this.addWidget(this.still),this.still.renderModel(this.model)):(this.still?.dispose(),this.still=null)}};var Gl=-20,bi={id:`${N}:outputs`,description:"Shows a notebook's tables while their kernel is busy, and when it is gone.",autoStart:!0,requires:[j],optional:[wi.INotebookTracker],activate:(n,{model:e},t)=>{Ft();let s=({content:{rendermime:i},sessionContext:o})=>{i.addFactory({safe:!0,mimeTypes:[Nt],createRenderer:()=>new Dt(i,e,o.ready)},Gl)};t?.forEach(s),t?.widgetAdded.connect((i,o)=>{s(o)})}};var Ti=require("@jupyterlab/application"),X=require("@jupyterlab/apputils"),Mi=require("@jupyterlab/settingregistry");var xi=require("@jupyterlab/ui-components"),Kl=`<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><rect x="3" y="5" width="13" height="3.4" rx="1.2"/>
<rect x="7" y="10.3" width="14" height="3.4" rx="1.2"/><rect x="3" y="15.6" width="7" height="3.4" rx="1.2"/>
<path d="m13.2 14.6 1.1-1.1 1.9 1.9 1.9-1.9 1.1 1.1-1.9 1.9 1.9 1.9-1.1 1.1-1.9-1.9-1.9 1.9-1.1-1.1 1.9-1.9z" transform="translate(0 .9)"/></g></svg>`,qe=new xi.LabIcon({name:"scaler-lab:tasks",svgstr:Kl});var Si=require("@lumino/widgets");function J(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function rt({running:n,cancelling:e,queued:t,waiting:s,retrying:i,failed:o}){let r=[];return n>0&&r.push(`${J(n)} running`),e>0&&r.push(`${J(e)} cancelling`),t>0&&r.push(`${J(t)} queued`),s>0&&r.push(`${J(s)} waiting`),i>0&&r.push(`${J(i)} retrying`),o>0&&r.push(`${J(o)} failed`),r.join(", ")}function Ss(n){if(n===null)return"";let s=["failed","running","cancelling","queued","waiting"].filter(o=>n[o]>0).map(o=>`${W[o]} ${J(n[o])}`),i=n.succeeded+n.cancelled;return s.length===0&&i>0&&s.push(`${W.succeeded} ${J(i)}`),s.join("  ")}function Es(n,e=""){if(e!=="")return"can't be read";if(n===null)return"…";let t=rt(n);if(t!=="")return t;let s=n.succeeded+n.cancelled;return s===0?"no tasks yet":`${J(s)} done`}var Ht=class{node=document.createElement("div");open=document.createElement("button");title=document.createElement("span");text=document.createElement("span");short=document.createElement("span");act=document.createElement("button");shown=null;constructor(e){this.node.className="scl-program",this.open.type="button",this.open.className="scl-host",this.title.className="scl-host-title",this.text.className="scl-host-said",this.short.className="scl-host-short",this.short.setAttribute("aria-hidden","true"),this.open.append(this.title,this.text,this.short),this.open.addEventListener("click",()=>{e.toggle(this.shown?.id??"")}),this.act.type="button",this.act.className="scl-host-act",this.act.addEventListener("click",()=>{let{shown:t}=this;t!==null&&(t.hasEnded?e.dismiss:e.cancel)(t.id)}),this.node.append(this.open,this.act)}draw(e){this.shown=e;let{id:t,title:s,text:i,short:o,hint:r,counts:l,isOpen:a,hasEnded:d}=e;this.open.dataset.host=t,this.open.setAttribute("aria-expanded",String(a)),this.open.title=r,this.node.classList.toggle("scl-has-ended",d),Ts(this.title,s),Ts(this.text,i),Ts(this.short,o);let u=l===null?0:l.running+l.queued+l.waiting;this.act.hidden=d?t==="":u===0,this.act.dataset.do=d?"dismiss":"stop";let h=d?`Dismiss ${s}`:`Cancel the open tasks of ${s}`;this.act.setAttribute("aria-label",h),this.act.title=h}};function Ts(n,e){n.textContent!==e&&(n.textContent=e)}var Ul={notebook:"notebook",script:"script",terminal:"terminal",engine:"engine on its own"},Vl="Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client shows up here.",Ms="",jt=class extends Si.Widget{constructor(t,s){super();this.model=t;this.events=s;this.id="scaler-lab-panel",this.addClass("scl-panel"),this.title.icon=qe,this.title.caption="Tasks",this.node.setAttribute("role","region"),this.node.setAttribute("aria-label","Tasks"),this.list.className="scl-programs",this.note.className="scl-panel-note",this.note.setAttribute("role","status"),this.tableRoot.className="scl-panel-table",this.jump.type="button",this.jump.className="scl-jump",this.jump.addEventListener("click",()=>{let i=this.activeRow?.cell??"";i!==""&&s.goToCell(i)}),this.node.append(this.note,this.list,this.jump);for(let i of["click","keyup"])this.tableRoot.addEventListener(i,()=>{this.drawJump()});this.unsubscribe=t.subscribe(()=>{this.draw()}),this.draw()}list=document.createElement("div");note=document.createElement("p");tableRoot=document.createElement("div");jump=document.createElement("button");headings=new Map;table=null;mounted;chosen=null;unsubscribe;get choice(){return this.chosen??null}choose(t){this.chosen=t,this.draw()}can(t){return this.table?.can(t)??!1}perform(t){this.table?.perform(t),this.drawJump()}showTask(t){let s=this.model.store(this.open??null),i=()=>this.table===null||s.get(t)===void 0?!1:(this.table.rowModel.selectOnly(t),this.table.perform("details"),!0);if(!i()){let o=s.subscribe(()=>{i()&&o()})}}search(){this.tableRoot.querySelector(".scl-search")?.focus()}dispose(){this.unsubscribe(),this.unmount(),super.dispose()}onAfterShow(){this.draw()}onAfterAttach(){this.draw()}onAfterHide(){this.unmount()}get open(){let{engines:t}=this.model,[s]=t;if(this.chosen===null&&t.length===1)return s?.id;if(!(this.chosen===null&&t.length===0))return this.chosen}mount(){let{open:t}=this;if(!this.isVisible||t===void 0){this.unmount();return}if(this.table!==null&&this.mounted===t)return;this.table?.dispose(),this.mounted=t,this.model.watch(t===null?"all":{only:t});let{model:s}=this;this.table=ot(this.tableRoot,s.store(t),s.actions(t))}unmount(){this.table!==null&&(this.table.dispose(),this.table=null,this.model.watch("none"))}draw(){let{chosen:t}=this,s=typeof t=="string"?this.model.successor(t):void 0;if(s!==void 0){this.choose(s.id);return}let{engines:i,connection:o,trouble:r}=this.model,l=i.length===0;this.note.textContent=o==="lost"?r:o==="connecting"?"Connecting …":l?Vl:"",this.note.hidden=this.note.textContent==="",this.drawHeadings(),this.mount(),this.drawJump()}get activeRow(){let t=this.table?.rowModel.active??null,{mounted:s}=this;return t===null||s===void 0?void 0:this.model.store(s).get(t)}drawJump(){let t=this.activeRow;this.jump.hidden=t===void 0||t.cell==="";let s=t===void 0?"":`Go to the cell that submitted ${f(t.name)}`;this.jump.textContent!==s&&(this.jump.textContent=s)}drawHeadings(){let t=this.wantedHeadings(),s=[];for(let r of t){let l=this.headings.get(r.id)??this.makeHeading(r.id);l.draw(r),s.push(l.node),r.isOpen&&s.push(this.tableRoot)}let i=new Set(t.map(({id:r})=>r));for(let r of this.headings.keys())i.has(r)||this.headings.delete(r);let o=[...this.list.children];(o.length!==s.length||o.some((r,l)=>r!==s[l]))&&this.list.replaceChildren(...s)}wantedHeadings(){let{engines:t,ended:s,totals:i}=this.model,{open:o}=this,r=[];t.length>1&&r.push({id:Ms,title:"All",text:Es(i),short:Ss(i),hint:"The tasks of all programs",counts:i,isOpen:o===null,hasEnded:!1});for(let l of t)r.push({id:l.id,title:f(l.title),text:Es(l.counts,l.trouble),short:l.trouble===""?Ss(l.counts):"can't be read",hint:ki(l),counts:l.counts,isOpen:o===l.id,hasEnded:!1});for(let l of s){let a=l.counts?.failed??0,d=a===0?"ended":`ended, ${J(a)} failed`;r.push({id:l.id,title:f(l.title),text:d,short:d,hint:`${ki(l)}
ended`,counts:l.counts,isOpen:o===l.id,hasEnded:!0})}return r}makeHeading(t){let s=new Ht({toggle:i=>{let o=i===Ms?null:i;this.chosen=this.open===o?void 0:o,this.draw()},cancel:i=>{this.events.cancelAll(i===Ms?null:i)},dismiss:i=>{this.chosen===i&&(this.chosen=null),this.model.dismiss(i)}});return this.headings.set(t,s),s}};function ki(n){let e=n.workers===1?", 1 worker":`, ${n.workers} workers`,t=`engine ${n.name}${n.workers===0?"":e}`,s=n.trouble===""?"":`
${f(n.trouble)}`;return`${Ul[n.kind]}: ${f(n.title)}
${f(t)}, pid ${n.pid}${s}`}var Jl=210,Xl=[[D.showDetails,"details","Show Details of the Selected Task","Times, traceback, output and cost of the task that is selected in the panel"],[D.cancelSelected,"cancel","Cancel Selected Tasks","Ask the tasks that are selected in the panel to stop"],[D.killSelected,"kill","Kill Selected Tasks","Stop the workers of the tasks that are selected in the panel, without asking the tasks"],[D.retrySelected,"retry","Retry Selected Tasks","Submit the failed and cancelled ones of the selected tasks again"]],Oi={id:`${N}:panel`,description:"The side panel of tasks, and its commands.",autoStart:!0,requires:[j],optional:[Ti.ILayoutRestorer,X.ICommandPalette,Mi.ISettingRegistry],activate:async(n,e,t,s,i)=>{Ft();let{model:o}=e,r=new jt(o,{goToCell:u=>{e.goToCell?.(u).then(h=>{h||X.Notification.info("That cell is in no notebook that is open here.",{autoClose:4e3})})},cancelAll:u=>{Ei(o,u)}});t?.add(r,r.id);let l=u=>{typeof u=="string"&&r.choose(u===""?null:u),n.shell.activateById(r.id)},{commands:a}=n;a.addCommand(D.showPanel,{label:"Show Tasks",caption:"Show the tasks of every notebook, script and terminal",icon:qe,execute:({host:u,task:h})=>{l(u),typeof h=="string"&&h!==""&&r.showTask(h)}}),a.addCommand(D.search,{label:"Search Tasks",execute:()=>{l(void 0),r.search()}}),a.addCommand(D.cancelAll,{label:"Cancel All Tasks …",caption:"Cancel every open task of every notebook, script and terminal",isEnabled:()=>o.engines.length>0,execute:()=>Ei(o,null)});for(let[u,h,m,p]of Xl)a.addCommand(u,{label:m,caption:p,isEnabled:()=>r.can(h),execute:()=>{r.perform(h)}}),n.contextMenu.addItem({command:u,selector:"#scaler-lab-panel .scl-body .scl-row"});for(let u of Object.values(D))s?.addItem({command:u,category:"Tasks"});let{area:d}=$t(await Ql(i));n.shell.add(r,d,{rank:Jl,type:"Tasks"})}};async function Ei(n,e){let t=Yl(n,e);if(!(Ve(t)&&!(await(0,X.showDialog)({title:Je(t),buttons:[X.Dialog.cancelButton({label:"Keep them"}),X.Dialog.warnButton({label:"Cancel them"})]})).button.accept))try{let{accepted:s,trouble:i}=await n.cancelAll(e);X.Notification.info(i||`Requested the cancel of ${$(s)}`,{autoClose:4e3})}catch(s){X.Notification.error(`The cancel was not sent: ${String(s)}`)}}function Yl(n,e){let t=new Map,s=0;for(let{id:o,title:r,counts:l}of n.engines)if(l!==null&&(e===null||o===e)){let a=U(l);s+=l.running,a>0&&t.set(f(r),(t.get(f(r))??0)+a)}let i=[...t.values()].reduce((o,r)=>o+r,0);return{ids:[],force:!1,running:s,toCome:[],total:i,owners:t}}async function Ql(n){try{return{...(await n?.load(`${N}:plugin`))?.composite}}catch(e){return console.warn("scaler_lab: the settings could not be read, so defaults hold",e),{}}}var Ai=require("@jupyterlab/apputils"),Ci=require("@jupyterlab/coreutils"),Ri=require("@jupyterlab/notebook");function Os(n,e){let t=n.endsWith("/")?n:`${n}/`;return n!==""&&e.startsWith(t)&&!e.split("/").includes("..")?e.slice(t.length):""}var _i={id:`${N}:places`,description:"Leads from a line of a traceback to the file or the notebook's cell.",autoStart:!0,optional:[Ri.INotebookTracker],activate:(n,e)=>{let t=Ci.PageConfig.getOption("scalerLabRoot");ns({canShow:s=>s.label===""?Os(t,s.file)!=="":e!==null,show:s=>{(s.label===""?Zl(n,Os(t,s.file),s.line):ea(n,e,s)).catch(o=>{Ai.Notification.error(o instanceof Error?o.message:String(o),{autoClose:6e3})})}})}};async function Zl(n,e,t){let s=await n.commands.execute("docmanager:open",{path:e,factory:"Editor"}),{context:i,content:o}=s;await Promise.all([i.ready,o.ready]),o.editor.setCursorPosition({line:t-1,column:0}),o.editor.focus()}async function ea(n,e,{label:t,cell:s}){let i=e===null?[]:Xt(e),o=i.filter(({content:r})=>r.widgets.some(({model:l})=>l.id===s));for(let r of o.length>0?o:i)for(let l of r.content.widgets){let a=l.model.type==="code"?l.model.toJSON().execution_count:null;if(`In[${String(a)}]`===t){await Jt(n,r,l);return}}throw new Error(`The cell ${t} is in no notebook that is open here, or has run again.`)}var As=require("@jupyterlab/apputils"),Li=require("@jupyterlab/running"),Ni=require("@lumino/signaling");var ta=50,sa=1e3,Pi={id:`${N}:running`,description:"Lists open tasks among the running sessions.",autoStart:!0,requires:[j],optional:[Li.IRunningSessionManagers],activate:(n,e,t)=>{t?.add(new Cs(n,e))}},Cs=class{constructor(e,t){this.app=e;this.model=t.model,this.runningChanged=new Ni.Signal(this),t.changed.connect(()=>{this.timer??=setTimeout(()=>{this.timer=null,this.refreshRunning()},sa)})}name="Tasks";shutdownLabel="Cancel";shutdownAllLabel="Cancel All";runningChanged;model;timer=null;shown="";shutdownAllConfirmationText=()=>`Cancel every open task? ${rt({...this.model.totals,failed:0})}`;running(){return this.open().slice(0,ta).map(([e,t])=>({label:()=>f(t.name),labelTitle:()=>f(`${t.name}: ${t.status} in ${e.title}`),detail:()=>`${t.status}, ${f(e.title)}`,icon:()=>qe,context:"scaler-lab-task",open:()=>{this.app.commands.execute(D.showPanel,{host:e.id})},shutdown:()=>{Ii(this.model.cancel(e.id,t.id))}}))}shutdownAll(){Ii(this.model.cancelAll(null))}refreshRunning(){let e=this.open().map(([,{id:t,status:s}])=>`${t}${s}`).join(" ");e!==this.shown&&(this.shown=e,this.runningChanged.emit(void 0))}open(){return this.model.engines.flatMap(e=>e.open.map(t=>[e,t]))}};function Ii(n){n.then(({trouble:e})=>{e!==""&&As.Notification.warning(e)},e=>{let t=e instanceof Error?e.message:String(e);As.Notification.error(`The cancel was not sent: ${t}`)})}var $i=require("@jupyterlab/statusbar"),Fi=require("@lumino/widgets");var zi={id:`${N}:status`,description:"Says in the status bar how many tasks run, wait and failed.",autoStart:!0,requires:[j],optional:[$i.IStatusBar],activate:(n,e,t)=>{if(t===null)return;let{model:s}=e,i=document.createElement("button");i.type="button",i.className="scl-status",i.title="Tasks of every notebook, script and terminal: click to see them",i.addEventListener("click",()=>{n.commands.execute(D.showPanel)});let o=new Fi.Widget;o.node.append(i);let r=()=>{let l=`Tasks: ${rt(s.totals)||"none open"}`;i.textContent!==l&&(i.textContent=l)};r(),e.changed.connect(r),t.registerStatusItem(`${N}:status`,{item:o,align:"left",rank:40,isActive:()=>s.engines.length>0,activeStateChanged:e.changed})}};var Ui=require("@lumino/signaling");var _s=require("@jupyterlab/coreutils"),Rs=require("@jupyterlab/services");var Di="scaler-lab",Wt=class{constructor(e){this.settings=e}cancel(e,t){return this.post(["engines",e,"cancel"],t)}retry(e,t){return this.post(["engines",e,"retry"],{task_ids:t})}async details(e,t){let s=await this.request("GET",["engines",e,"tasks",t]),{traceback:i,output:o,output_before:r,profile:l,stack:a}=s;return Ee([...["details-of",0,t,null,i],o,r,l,a])}async post(e,t){let s=await this.request("POST",e,t);return{accepted:typeof s.accepted=="number"?s.accepted:0,trouble:typeof s.trouble=="string"?s.trouble:""}}async request(e,t,s){let i=_s.URLExt.join(this.settings.baseUrl,Di,...t),o=s===void 0?{method:e}:{method:e,body:JSON.stringify(s)},r=await Rs.ServerConnection.makeRequest(i,o,this.settings);if(!r.ok)throw await Rs.ServerConnection.ResponseError.create(r);return await r.json()}};function Hi(n){let e=_s.URLExt.join(n.wsUrl,Di,"feed");return n.appendToken&&n.token!==""&&(e+=`?token=${encodeURIComponent(n.token)}`),new n.WebSocket(e)}function ji(n){let e=C(JSON.parse(n));switch(e[0]){case"engines":return{kind:"engines",now:k(e[1]),engines:C(e[2]).map(na)};case"feed":return{kind:"feed",engineId:g(e[1]),now:k(e[2]),messages:C(e[3]).map(Ee)};case"ended":return{kind:"ended",engineId:g(e[1]),title:g(e[2]),tasks:C(e[3]).map(ra),failed:k(e[4])};default:throw new H(`not a message of this server: ${String(e[0])}`)}}function na(n){if(typeof n!="object"||n===null)throw new H("a host is an object");let e=n;return{id:g(e.id),name:g(e.name),program:g(e.program),place:g(e.place??""),title:g(e.title),kind:ia(e.kind),pid:k(e.pid),workers:k(e.workers),startedAt:k(e.startedAt),counts:Yt(e.counts),trouble:g(e.trouble??""),open:C(e.open??[]).map(oa)}}function ia(n){return n==="notebook"||n==="script"||n==="terminal"?n:"engine"}function oa(n){let[e,t,s,i,o]=C(n);return{id:g(e),number:k(t),name:g(s),status:Se(i),startedAt:typeof o=="number"?o:null}}function ra(n){let[e,t,s,i,o,r]=C(n);return{id:g(e),name:g(t),status:Se(s),seconds:k(i),error:g(o),groupName:g(r)}}var Wi=500,Bi=15e3,la=1008,aa=1,Bt=class{constructor(e,t){this.make=e;this.events=t}socket=null;timer=null;wait=Wi;isDisposed=!1;open(){this.timer=null;let e=!1,t=this.make();this.socket=t,t.onopen=()=>{e=!0,this.wait=Wi,this.events.connected()},t.onmessage=s=>{try{this.events.message(ji(String(s.data)))}catch(i){console.error("scaler_lab: the server said what this page does not understand",i)}},t.onclose=s=>{this.isDisposed||this.socket!==t||(this.socket=null,this.events.lost(e?"The connection to the Jupyter server was lost: trying again.":"The Jupyter server does not answer here: it may be down, or have no scaler_lab."),this.wait=s.code===la?Bi:this.wait,this.timer=setTimeout(()=>{this.open()},this.wait),this.wait=Math.min(2*this.wait,Bi))}}send(e){this.socket?.readyState===aa&&this.socket.send(JSON.stringify(e))}dispose(){this.isDisposed=!0,this.timer!==null&&clearTimeout(this.timer),this.socket?.close()}};var qi=20,da=50,qt=class{engines=[];failures=new Map;note(e,t){let s=t.filter(({status:i})=>i==="failed");if(s.length>0){let i=this.failures.get(e.id)??[];this.failures.set(e.id,[...i,...s].slice(0,da))}}has(e){return this.engines.some(({id:t})=>t===e)}dismiss(e){this.engines=this.engines.filter(({id:t})=>t!==e),this.failures.delete(e)}end(e,t){if(e===void 0||!ca(e))return[];let s=this.failures.get(e.id)??[];if(this.failures.delete(e.id),t.size===0&&s.length>0){let o=s.map((r,l)=>ua(r,l,t.now()));t.apply({kind:"snapshot",version:0,part:0,parts:1,rows:o,counts:null,isBehind:!1}),t.apply({kind:"closed",reason:"This engine has ended.  Only its failures are known."})}let i=[e,...this.engines.filter(({id:o})=>o!==e.id)];return this.engines=i.slice(0,qi),i.slice(qi).map(({id:o})=>o)}};function ca({counts:n}){return n!==null&&x.some(e=>n[e]>0)}function ua({id:n,name:e,status:t,seconds:s,error:i},o,r){return{id:n,number:o+1,name:e,status:t,version:o,submittedAt:r-s,groupName:"",worker:"",startedAt:r-s,endedAt:r,cancelRequestedAt:null,cancelRequestedBy:"",cancelResolution:null,cancelSeconds:null,error:i,detail:"",progress:null,outputBytes:0,attempt:1,tags:[],cell:""}}var Gt=class{store;ids=new Map;counts=new Map;constructor(){this.store=new ie({resync:()=>{}}),this.store.apply({kind:"welcome",protocol:0,engineId:"",label:"All tasks",pid:0,workerCount:0,canStopRunning:!0,reportsStarts:!0,program:""}),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1})}merge(e,t,s,i){let o=this.idsOf(e.id);if(this.counts.has(e.id)||this.store.restartRate(),this.counts.set(e.id,s.counts),t.kind==="snapshot"){let l=t.part===t.parts-1?[...o].filter(a=>s.get(a)===void 0):[];this.change(e,t.rows,l,i)}else t.kind==="changes"&&this.change(e,t.rows,t.forgotten,i)}drop(e){let t=this.ids.get(e);t!==void 0&&(this.ids.delete(e),this.counts.delete(e),this.store.restartRate(),this.apply([],[...t]))}change(e,t,s,i){let o=this.idsOf(e.id);for(let r of t)o.add(r.id);for(let r of s)o.delete(r);this.apply(t.map(r=>({...r,worker:ha(e,r)})),s,i)}apply(e,t,s){let i=this.store.version;this.store.apply({kind:"changes",since:i,version:i+1,rows:e,forgotten:t,counts:this.sum()},s)}sum(){let e=q();for(let t of this.counts.values())for(let s of x)e[s]+=t[s];return e}idsOf(e){let t=this.ids.get(e);return t===void 0&&(t=new Set,this.ids.set(e,t)),t}};function ha(n,e){return e.worker===""?n.title:`${n.title}, ${e.worker}`}var Gi=1e4,Kt=class{constructor(e,t){this.channel=e;this.api=t}engines=[];connection="connecting";trouble="";merged=new Gt;history=new qt;stores=new Map;known=new Map;listeners=new Set;endListeners=new Set;subscription="none";sent="";followers=new Map;subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}onEnding(e){return this.endListeners.add(e),()=>{this.endListeners.delete(e)}}get totals(){let e=q();for(let{counts:t}of this.engines)for(let s of x)e[s]+=t?.[s]??0;return e}get ended(){return this.history.engines}dismiss(e){this.history.dismiss(e),this.stores.delete(e),this.known.delete(e),this.notify()}engine(e){return this.engines.find(({id:t})=>t===e)??this.known.get(e)}runs(e){return this.engines.some(({id:t})=>t===e)}successor(e){let t=this.engine(e);if(!(t===void 0||this.runs(e)||t.program===""))return this.engines.findLast(({program:s,place:i,startedAt:o})=>s===t.program&&i===t.place&&o>t.startedAt)}watch(e){this.subscription=e,this.sendSubscription()}follow(e,t){let s=this.followers.get(e)??new Set;return this.followers.set(e,s),s.add(t),t(this.store(e).rows),this.sendSubscription(),()=>{s.delete(t),s.size===0&&this.followers.delete(e),this.sendSubscription()}}store(e){if(e===null)return this.merged.store;let t=this.stores.get(e);return t===void 0&&(t=new ie({resync:()=>{this.channel.send(["resync",e])}}),this.stores.set(e,t)),t}async cancelAll(e,t=!1){let s=e===null?this.engines.map(({id:o})=>o):[e],i={all:!0,only_queued:t};return Ki(await Promise.all(s.map(o=>this.api.cancel(o,i))))}cancel(e,t){return this.api.cancel(e,{task_ids:[t],force:!1,only_queued:!1})}actions(e){let t=(i,o)=>Promise.all(this.byEngine(e,i).map(([r,l])=>o(r,l))).then(Ki),s=i=>{let[o]=this.byEngine(e,[i]);return o===void 0?Promise.reject(new Error("its engine is gone")):this.api.details(o[0],i)};return{cancel:(i,o,r)=>t(i,(l,a)=>this.api.cancel(l,{task_ids:a,force:o,only_queued:r})),cancelAll:i=>this.cancelAll(e,i),retry:i=>t(i,(o,r)=>this.api.retry(o,r)),traceback:async i=>(await s(i)).traceback,details:s,ownerOf:i=>{let[o]=this.byEngine(e,[i]);return(o===void 0?void 0:this.engine(o[0]))?.title??""}}}connected(){this.connection="live",this.trouble="",this.sent="",this.sendSubscription(),this.notify()}lost(e){this.connection="lost",this.trouble=e,this.notify()}apply(e){switch(e.kind){case"engines":this.applyEngines(e.engines);break;case"feed":{let t=this.engine(e.engineId),s=this.store(e.engineId);for(let i of e.messages){if(s.apply(i,e.now),i.kind==="snapshot"||i.kind==="changes")for(let o of this.followers.get(e.engineId)??[])o(i.rows);t!==void 0&&this.merged.merge(t,i,s,e.now)}break}case"ended":{let t=this.engine(e.engineId);t!==void 0&&this.history.note(t,e.tasks);for(let s of[...this.endListeners])s(e);break}}}applyEngines(e){let t=this.engines;this.engines=e;for(let s of e)this.known.set(s.id,s);for(let{id:s}of t)if(!this.runs(s)){this.merged.drop(s);let i=this.stores.get(s);i!==void 0&&i.phase!=="ended"&&i.apply({kind:"closed",reason:"This engine has ended."});let o=this.history.end(this.known.get(s),this.store(s));for(let r of[...o,...this.history.has(s)?[]:[s]])this.isWatchedAlone(r)||(this.stores.delete(r),this.known.delete(r))}this.sendSubscription(),this.notify()}isWatchedAlone(e){return typeof this.subscription=="object"&&this.subscription.only===e}sendSubscription(){let{subscription:e}=this,t=e==="none"?[]:e==="all"?this.engines.map(({id:r})=>r):this.runs(e.only)?[e.only]:[],s=[...this.followers.keys()].filter(r=>this.runs(r)),i=[...new Set([...t,...s])],o=i.join(" ");o!==this.sent&&this.connection==="live"&&(this.sent=o,this.channel.send(["watch",i]))}byEngine(e,t){let s=new Map;for(let i of t){let o=e??this.engines.find(r=>this.stores.get(r.id)?.get(i))?.id;if(o!==void 0){let r=s.get(o);r===void 0?s.set(o,[i]):r.push(i)}}return[...s].flatMap(([i,o])=>{let r=[];for(let l=0;l<o.length;l+=Gi)r.push([i,o.slice(l,l+Gi)]);return r})}notify(){for(let e of[...this.listeners])e()}};function Ki(n){return{accepted:n.reduce((e,{accepted:t})=>e+t,0),trouble:n.find(({trouble:e})=>e!=="")?.trouble??""}}var Vi={id:`${N}:tasks`,description:"Provides the tasks of every engine, as the Jupyter server sees them.",autoStart:!0,provides:j,activate:n=>{let{serverSettings:e}=n.serviceManager,t=new Wt(e),s=new Kt({send:r=>{i.send(r)}},t),i=new Bt(()=>Hi(e),{connected:()=>{s.connected()},lost:r=>{s.lost(r)},message:r=>{s.apply(r)}});ws({follow:(r,l)=>s.follow(r,l),cancel:(r,l,a,d)=>t.cancel(r,{task_ids:l,force:a,only_queued:d}),retry:(r,l)=>t.retry(r,l),details:(r,l)=>t.details(r,l)});let o=new Is(s);return i.open(),o}},Is=class{constructor(e){this.model=e;this.changed=new Ui.Signal(this),e.subscribe(()=>{this.changed.emit()})}goToCell=null;changed};var pa=[Vi,Oi,zi,Pi,pi,Fs,_i,bi],fa=pa;

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
