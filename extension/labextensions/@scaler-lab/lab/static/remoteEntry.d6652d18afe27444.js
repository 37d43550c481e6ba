// Built from extension/, sources d6652d18afe274440212fe06e0f0c102adbe5847bbbefddd95abf921f70aed54
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
      "use strict";var Gt=Object.defineProperty;var Yi=Object.getOwnPropertyDescriptor;var Qi=Object.getOwnPropertyNames;var Zi=Object.prototype.hasOwnProperty;var eo=(s,e)=>{for(var t in e)Gt(s,t,{get:e[t],enumerable:!0})},to=(s,e,t,n)=>{if(e&&typeof e=="object"||typeof e=="function")for(let i of Qi(e))!Zi.call(s,i)&&i!==t&&Gt(s,i,{get:()=>e[i],enumerable:!(n=Yi(e,i))||n.enumerable});return s};var no=s=>to(Gt({},"__esModule",{value:!0}),s);var pa={};eo(pa,{default:()=>ha});module.exports=no(pa);var $n=require("@jupyterlab/notebook");var Pn=require("@lumino/coreutils"),N="@scaler-lab/lab",j=new Pn.Token(`${N}:ITasks`,"Every task of every engine of this user's, as the Jupyter server sees them."),D={showPanel:"scaler-lab:show-panel",search:"scaler-lab:search",cancelAll:"scaler-lab:cancel-all",showDetails:"scaler-lab:show-details",cancelSelected:"scaler-lab:cancel-selected",killSelected:"scaler-lab:kill-selected",retrySelected:"scaler-lab:retry-selected"};var Fn={id:`${N}:cells`,description:"Leads from a task to the cell that submitted it.",autoStart:!0,requires:[j],optional:[$n.INotebookTracker],activate:(s,e,t)=>{t!==null&&(e.goToCell=async n=>{for(let i of Ut(t)){let o=i.content.widgets.find(({model:r})=>r.id===n);if(o!==void 0)return await Kt(s,i,o),!0}return!1})}};async function Kt(s,{id:e,content:t},n){s.shell.activateById(e),t.activeCellIndex=t.widgets.indexOf(n),t.deselectAll(),await t.scrollToCell(n)}function Ut(s){let e=[];return s.forEach(t=>{t===s.currentWidget?e.unshift(t):e.push(t)}),e}var xn=require("@jupyterlab/apputils"),di=require("@jupyterlab/settingregistry");var k=["cancelling","running","failed","retrying","queued","waiting","cancelled","succeeded"];function B(){return{cancelling:0,running:0,queued:0,waiting:0,retrying:0,failed:0,cancelled:0,succeeded:0}}function P(s){return s==="succeeded"||s==="failed"||s==="cancelled"}function re(s){return U(s)||s==="running"}function K(s){return Be(s)+s.running}function Be({queued:s,waiting:e,retrying:t}){return s+e+t}function U(s){return s==="queued"||s==="waiting"||s==="retrying"}function le(s){return s==="failed"||s==="cancelled"}var W={cancelling:"◌",running:"▸",queued:"·",waiting:"○",retrying:"↻",failed:"✗",cancelled:"⊘",succeeded:"✓"};var H=class extends Error{name="FeedError"};function A(s){if(!Array.isArray(s))throw new H(`expected a list, not ${typeof s}`);return s}function x(s){if(typeof s!="number")throw new H(`expected a number, not ${typeof s}`);return s}function g(s){if(typeof s!="string")throw new H(`expected a text, not ${typeof s}`);return s}function lt(s){if(typeof s!="boolean")throw new H(`expected true or false, not ${typeof s}`);return s}function G(s){return s==null?null:x(s)}function zn(s){return s==null?null:g(s)}var so=new Set(k);function ke(s){if(!so.has(s))throw new H(`not a status: ${String(s)}`);return s}function Vt(s){if(typeof s!="object"||s===null)return null;let e=B();for(let[t,n]of Object.entries(s))e[ke(t)]=x(n);return e}function Jt(s){let e=Vt(s);return e===null||Object.keys(s).length===0?null:e}function Dn(s){if(s==null)return null;let e=A(s);return{state:g(e[0]),taken:g(e[1]),problem:g(e[2]),threads:A(e[3]).map(t=>A(t).map(io))}}function io(s){let e=A(s);return{file:g(e[0]),line:x(e[1]),name:g(e[2]),source:g(e[3])}}function Hn(s){return s.threads.map(t=>t.map(({file:n,line:i,name:o,source:r})=>{let a=`  ${/^In\[\d+\]$/.test(n)?`Cell ${n}`:`File "${n}"`}, line ${i}, in ${o}`;return r===""?a:`${a}
    ${r}`}).join(`
`)).join(`
another thread of the task
`)}function Se(s){let e=A(s);switch(e[0]){case"welcome":return{kind:"welcome",protocol:x(e[1]),engineId:g(e[2]),label:g(e[3]),pid:x(e[4]),workerCount:x(e[5]??0),canStopRunning:lt(e[6]??!0),reportsStarts:lt(e[7]??!0),program:g(e[8]??"")};case"snapshot":return{kind:"snapshot",version:x(e[1]),part:x(e[2]),parts:x(e[3]),rows:jn(e[4]),counts:Jt(e[5]),isBehind:lt(e[7]??!1)};case"changes":return{kind:"changes",since:x(e[1]),version:x(e[2]),rows:jn(e[3]),forgotten:A(e[4]).map(g),counts:Jt(e[5])};case"response":return{kind:"response",request:x(e[1]),accepted:x(e[2]),trouble:g(e[3]??""),version:x(e[4]??0)};case"details-of":return{kind:"details",request:x(e[1]),taskId:g(e[2]),traceback:g(e[4]??""),output:g(e[5]??""),outputBefore:x(e[6]??0),profile:ro(e[7]),stack:Dn(e[8])};case"ended":return{kind:"closed",reason:g(e[1])};default:throw new H(`not a message of this feed: ${String(e[0])}`)}}function jn(s){let e=A(s).map(A);if(e.length===0)return[];if(e.length<6)throw new H(`a row has 6 fields, not ${e.length}`);let t=o=>e[o]??[],n=0,i=0;return t(0).map((o,r)=>(n+=x(t(1)[r]),i+=x(t(4)[r]),{id:g(t(0)[r]),number:n,name:g(t(2)[r]),status:ke(t(3)[r]),version:i,submittedAt:x(t(5)[r]),groupName:g(t(6)[r]??""),worker:g(t(7)[r]??""),startedAt:G(t(8)[r]),endedAt:G(t(9)[r]),cancelRequestedAt:G(t(10)[r]),cancelRequestedBy:g(t(11)[r]??""),cancelResolution:zn(t(12)[r]),cancelSeconds:G(t(13)[r]),error:g(t(14)[r]??""),detail:g(t(15)[r]??""),progress:oo(t(16)[r]),outputBytes:x(t(17)[r]??0),attempt:x(t(18)[r]??1),tags:A(t(19)[r]??[]).map(g),cell:g(t(20)[r]??"")}))}function oo(s){if(s==null)return null;let e=A(s);return{done:x(e[0]),total:G(e[1]),note:g(e[2]??"")}}function ro(s){if(typeof s!="object"||s===null)return null;let e=s;return{queueSeconds:G(e.queue_seconds),runSeconds:G(e.run_seconds),cpuSeconds:G(e.cpu_seconds),peakMemory:G(e.peak_memory),bytesIn:G(e.bytes_in),bytesOut:G(e.bytes_out),worker:g(e.worker??""),attempt:x(e.attempt??1)}}function Wn(){try{return window.sessionStorage}catch{return null}}function Ee(s,e){try{return s?.getItem(e)??""}catch{return""}}function Ge(s,e,t){try{s?.setItem(e,t)}catch{}}var qn="scaler_lab.folds",lo=300,fe=class{constructor(e=()=>"",t=null){this.engine=e;this.storage=t;this.shown=new Map(ao(t))}open=new Set;shown;isFolded(e){return this.shown.get(this.key(e))??!this.open.has(e.id)}fit(e,t){let n=t,i=new Set;for(let o of e)o.size<=n&&(i.add(o.id),n-=o.size);this.open=i}set(e,t){let n=this.key(e);this.shown.delete(n),this.shown.set(n,t);for(let i of this.shown.keys()){if(this.shown.size<=lo)break;this.shown.delete(i)}Ge(this.storage,qn,JSON.stringify([...this.shown]))}key(e){return`${this.engine()} ${e.id}`}};function ao(s){try{let e=JSON.parse(Ee(s,qn));return Array.isArray(e)?e.filter(co):[]}catch{return[]}}function co(s){return Array.isArray(s)&&typeof s[0]=="string"&&typeof s[1]=="boolean"}var Gn="group:",Bn=32;function ae(s){return s.startsWith(Gn)}function Kn(s){if(s.groupName==="")return null;let{name:e}=s,t=e.endsWith("]")?e.lastIndexOf("["):-1,n=t<0?NaN:Number(e.slice(t+1,-1)),i=Number.isInteger(n)&&n>=0?String(s.number-n):"",o=s.id.length===Bn?s.id.slice(0,Bn/2):"";return`${Gn}${o} ${i} ${s.groupName}`}var at=class{constructor(e,t){this.id=e;this.name=t.groupName}counts=B();name;startedAt=null;lastEndedAt=null;members=new Set;get first(){for(let{row:e}of this.members)return e.number;return 0}get size(){return k.reduce((e,t)=>e+this.counts[t],0)}get isEmpty(){return this.members.size===0}get settled(){let{succeeded:e,failed:t,cancelled:n}=this.counts;return e+t+n}get endedAt(){return this.settled===this.size?this.lastEndedAt:null}get status(){return k.find(e=>this.counts[e]>0)??"succeeded"}get rows(){let e=[];for(let{row:t}of this.members)e.push(t);return dt(e)}stillCancelling(e){let t=[];if(this.counts.cancelling>0)for(let{row:n}of this.members)n.status==="cancelling"&&n.cancelRequestedAt!==null&&n.cancelRequestedAt<e&&t.push(n);return t}add(e){this.members.add(e),this.counts[e.row.status]+=1,this.note(e.row)}change(e,t){this.counts[e.status]-=1,this.counts[t.status]+=1,this.note(t)}remove(e){this.members.delete(e),P(e.row.status)||(this.counts[e.row.status]-=1)}note(e){e.startedAt!==null&&(this.startedAt===null||e.startedAt<this.startedAt)&&(this.startedAt=e.startedAt),P(e.status)&&e.endedAt!==null&&(this.lastEndedAt===null||e.endedAt>this.lastEndedAt)&&(this.lastEndedAt=e.endedAt)}};function dt(s){for(let e=1;e<s.length;e+=1)if((s[e-1]?.number??0)>(s[e]?.number??0))return s.sort((t,n)=>t.number-n.number);return s}function c(s,e="",t={},...n){let i=document.createElement(s);e!==""&&(i.className=e);for(let[o,r]of Object.entries(t))i.setAttribute(o,r);return i.append(...n),i}function R(s,e,t){let n=c("button",`scl-button ${s}`,{type:"button"},e);return n.addEventListener("click",t),n}function y(s,e){s.textContent!==e&&(s.textContent=e)}function O(s,e,t){s.getAttribute(e)!==t&&(t===null?s.removeAttribute(e):s.setAttribute(e,t))}function de(s){let e=s.getRootNode(),{activeElement:t}=e instanceof ShadowRoot?e:document;return t!==null&&s.contains(t)}async function Te(s){let{clipboard:e}=navigator;if(e!==void 0){await e.writeText(s);return}let t=c("textarea","scl-unseen",{},s),{activeElement:n}=document;document.body.append(t),t.select();let i=document.execCommand("copy");if(t.remove(),n instanceof HTMLElement&&n.focus(),!i)throw new Error("the browser does not allow to copy here")}function ct(s,e){let t=URL.createObjectURL(new Blob([e],{type:"text/plain;charset=utf-8"}));c("a","",{href:t,download:s}).click(),URL.revokeObjectURL(t)}var Un=0;function Me(s){return Un+=1,`scl-${s}-${Un}-${Math.random().toString(36).slice(2,8)}`}var Xt="\\u{a0}\\u{34f}\\u{115f}-\\u{1160}\\u{3164}\\u{ffa0}\\u{17b4}-\\u{17b5}\\u{180b}-\\u{180f}\\u{2800}",ut="\\u{200c}-\\u{200d}\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}",Vn="\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}";var ho=/^[\x20-\x7e]*$/,po=new RegExp(`(?![ ${Vn}])[\\p{C}\\p{Z}${Xt}${ut}]`,"gu"),Xn=new RegExp(`[${ut}]`,"u"),fo=new RegExp(`(?![${Xt}${ut}])[\\p{L}\\p{M}\\p{S}]`,"u"),Yn=/[\u200c\u200d]/,mo="⃣";function f(s){let e=s.length>2e3?`${s.slice(0,2e3)} [...]`:s;return ho.test(e)?e:Zn(e,t=>go[t]??ts(t))}function ce(s){return Zn(s,e=>e===`
`||e==="	"?e:ts(e))}var go={"\n":"\\n","	":"\\t"};function Zn(s,e){return s.replace(po,(t,n)=>yo(s,n,t)?t:e(t))}function yo(s,e,t){if(!Xn.test(t))return!1;let n=es(s,e+t.length),i=Qn(s,e);return Yn.test(t)?(Xn.test(i)&&!Yn.test(i)&&(i=Qn(s,e-i.length)),Yt(i)&&Yt(n)):Yt(i)||n===mo&&i!==""}function Yt(s){return(s.codePointAt(0)??0)>=1424&&fo.test(s)}function es(s,e){let t=s.codePointAt(e);return t===void 0?"":String.fromCodePoint(t)}function Qn(s,e){let t=/[\udc00-\udfff]/.test(s[e-1]??"")&&e>1;return e===0?"":es(s,t?e-2:e-1)}function ts(s){let e=s.codePointAt(0)??0,t=e.toString(16);return e<256?`\\x${t.padStart(2,"0")}`:e<65536?`\\u${t.padStart(4,"0")}`:`\\U${t.padStart(8,"0")}`}function Q(s){let e=Math.max(0,s);if(e<.9995)return`${Math.round(e*1e3)} ms`;if(e<59.95)return`${e.toFixed(1)} s`;let t=Math.round(e),n=i=>String(i).padStart(2,"0");return t<3600?`${Math.floor(t/60)}m${n(t%60)}s`:t<86400?`${Math.floor(t/3600)}h${n(Math.floor(t%3600/60))}m`:`${Math.floor(t/86400)}d${n(Math.floor(t%86400/3600))}h`}function Qt(s){return s>=10&&s<59.5?`${Math.round(s)} s`:Q(s)}function ht(s){return s>=10?Q(s):`${(s*1e3).toFixed(s<.00995?1:0)} ms`}function T(s){return String(s).replace(/\B(?=(\d{3})+$)/g,",")}function $(s){return s===1?"1 task":`${T(s)} tasks`}function Z(s){return k.filter(e=>s[e]>0).map(e=>`${T(s[e])} ${e}`).join(", ")}function ns(s){if(s===null)return"";let{done:e,total:t,note:n}=s,i=Ce(s),o=Number.isInteger(e)?T(e):e.toPrecision(3);return i!==null&&t!==null&&(o=Number.isInteger(e)&&Number.isInteger(t)?`${o} of ${T(t)}`:`${Math.floor(i*100)} %`),n===""?o:`${o}, ${n}`}function Ce({done:s,total:e}){return e===null||e<=0?null:Math.min(1,Math.max(0,s/e))}function me(s){let e=["bytes","kB","MB","GB","TB"],t=s,n=0;for(;t>=999.5&&n<e.length-1;)t/=1e3,n+=1;return`${n===0||t>=9.95?Math.round(t):t.toFixed(1)} ${e[n]??""}`}function ss(s){let t=s.replace(/\u001b\[[0-9;?]*[A-Za-z]/g,"").replace(/\r+\n/g,`
`).split(`
`).map(n=>n.split("\r").filter(o=>o!=="").at(-1)??"");return ce(t.join(`
`))}function ge(s,e){return s.startedAt===null?"":s.endedAt===null?Qt(e-s.startedAt):Q(s.endedAt-s.startedAt)}var vo=5,Oe=class{node=c("div","scl-unseen",{role:"status","aria-live":"polite"});shown="";shownAt=-1/0;clock;constructor(e=()=>performance.now()/1e3){this.clock=e}draw(e){let t=this.clock();if(t-this.shownAt<vo)return;let n=Z(e);n!==""&&n!==this.shown&&(this.shown=n,this.shownAt=t,this.node.textContent=n)}};function os(s,e,t){let n=[],i=[],o=new Map;for(let r of s){if(!re(r.status)&&!(e&&r.status==="cancelling"))continue;n.push(r.id),U(r.status)&&i.push(r.id);let l=t(r.id);l!==""&&o.set(l,(o.get(l)??0)+1)}return{ids:n,force:e,running:n.length-i.length,toCome:i,total:n.length,owners:o}}function Ke({force:s,running:e,total:t}){return t>0&&(s||e>1)}var is=4;function Ue({force:s,running:e,total:t,owners:n}){let[i]=n.keys(),o=n.size===1&&i!==void 0?` of ${i}`:"",r=`${s?"Kill the workers of":"Cancel"} ${$(t)}${o}`,l=e<t&&e>0?`, ${T(e)} of them running`:"";return`${r}${l}${n.size>1?wo(n):""}?`}function wo(s){let e=[...s].slice(0,is).map(([n,i])=>`${T(i)} of ${n}`),t=s.size-is;return`: ${e.join(", ")}${t>0?`, and of ${t} more programs`:""}`}var ls=10,Zt="The cancel was not sent",Ae=class{constructor(e,t,n,i){this.store=e;this.rowModel=t;this.actions=n;this.events=i}pending=new Set;stop(e,t=!1){if(t&&this.store.engine?.canStopRunning!==!0)return;let n=e.map(o=>this.store.get(o)).filter(o=>o!==void 0),i=this.plan(n,t);this.confirmed(i,()=>{let o=async()=>{let r=await this.actions.cancel(i.ids,t,!1);return r.trouble||bo(i.total-r.accepted)};this.send(i.ids,o,Zt,i.toCome)})}stopQueued(){if(!this.rowModel.isFiltered){this.stopAll(!0);return}let e=this.rowModel.stoppable(!0),t=()=>this.actions.cancel(e,!1,!0);this.send(e,rs(t),Zt,e)}stopListed(){this.rowModel.isFiltered?this.stop(this.rowModel.stoppable(!1)):this.stopAll(!1)}retry(e,t="submitted again"){let n=e.filter(r=>{let l=this.store.get(r);return l!==void 0&&le(l.status)&&!this.pending.has(r)});if(n.length===0)return;let i=n.length===1?"its future":"their futures",o=async()=>{let{trouble:r}=await this.actions.retry(n);return r||`${$(n.length)} ${t}, if the program still holds ${i}`};this.send(n,o,"Nothing was retried",[])}stopAll(e){let{counts:t,rows:n}=this.store,i=this.plan(e?n.filter(({status:l})=>U(l)):n,!1),o=Be(t),r=e?0:t.running;this.confirmed({...i,running:r,total:r+o},()=>{let l=()=>this.actions.cancelAll(e);this.send(i.ids,rs(l),Zt,i.toCome,o+r>0)})}plan(e,t){return os(e,t,n=>this.actions.ownerOf?.(n)??"")}confirmed(e,t){Ke(e)?this.events.ask(Ue(e),e.force?"Kill":"Cancel them",t):t()}send(e,t,n,i,o=e.length>0){if(o){for(let r of e)this.pending.add(r);this.events.changed(),t().then(r=>{r===""&&i.length>0?this.offerUndo(i):r!==""&&this.events.notice(r)}).catch(r=>{let l=r instanceof Error?r.message:String(r);this.events.notice(`${n}: ${l}`)}).finally(()=>{for(let r of e)this.pending.delete(r);this.events.changed()})}}offerUndo(e){let t=e.length===1?"a queued task":`${T(e.length)} queued tasks`;this.events.notice(`Requested the cancel of ${t}`,()=>{let n=e.filter(i=>this.store.get(i)?.cancelResolution==="never_started");n.length>0?this.retry(n,"submitted again as new"):this.events.notice("Nothing to undo: none of them is cancelled")})}};function rs(s){return async()=>(await s()).trouble}function bo(s){return s<=0?"":`${$(s)} ${s===1?"was":"were"} done before the cancel was requested`}var Re=class{constructor(e){this.leave=e;let t=Me("question");this.text=c("span","scl-question",{id:t}),this.yes=R("scl-yes","",()=>{this.answer(!0)});let n=R("scl-no","Keep",()=>{this.answer(!1)});this.node=c("div","scl-confirm",{role:"alertdialog","aria-labelledby":t},this.text,c("span","scl-answers",{},this.yes,n)),this.node.hidden=!0,this.node.addEventListener("keydown",i=>{let o=xo.get(i.key);o!==void 0&&!i.ctrlKey&&!i.metaKey&&!i.altKey&&(i.preventDefault(),this.answer(o))})}node;text;yes;proceed=null;get isOpen(){return this.proceed!==null}ask(e,t,n){this.proceed=n,y(this.text,e),y(this.yes,t),this.node.hidden=!1,this.yes.focus()}close(){let e=de(this.node);this.proceed=null,this.node.hidden=!0,e&&this.leave()}answer(e){let{proceed:t}=this;this.close(),e&&t?.()}},xo=new Map([["y",!0],["n",!1],["Escape",!1]]);var as=Symbol.for("scaler_lab.places");function ds(){return globalThis[as]??null}function en(s){globalThis[as]=s}var ko=/[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /,So=/^( {2})(?:File "([^"]+)"|Cell (In\[\d+\])), line (\d+)(?=, in |$)/;function tn(s,e){let t=ds(),n=[],i=[],o=!1,r=0,l=()=>{let a=c("pre","",{},...i.slice(0,-1));if(i.length>0&&o){let d=r===1?"1 frame in a library":`${r} frames in libraries`;n.push(c("details","",{},c("summary","",{},d),a))}else i.length>0&&n.push(a);i=[],r=0};for(let a of s.split(`
`)){let d=So.exec(a),u=d===null?o&&a.startsWith("    "):ko.test(a);u!==o&&(l(),o=u),d===null||o?i.push(a,`
`):i.push(...Eo(a,d,t,e),`
`),r+=d===null?0:1}return l(),n}function Eo(s,[e,t,n,i,o],r,l){let a={file:n??"",label:i??"",line:Number(o),cell:l};if(r?.canShow(a)!==!0)return[s];let d=e.slice(t?.length??0),u=c("a","scl-place",{href:"#",title:"Show this line"},d);return u.addEventListener("click",h=>{h.preventDefault(),h.stopPropagation(),r.show(a)}),[t??"",u,s.slice(e.length)]}var us={colour:"",isBold:!1,isFaint:!1,isUnderlined:!1},To=/\u001b\[([0-9;?:]*)([A-Za-z])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;function hs(s){let e=us;return s.replace(/\r+\n/g,`
`).split(`
`).map(t=>{let n=t.split("\r").filter(o=>o!=="");for(let o of n.slice(0,-1))e=cs(o,e).after;let i=cs(n.at(-1)??"",e);return e=i.after,i.line})}function cs(s,e){let t=[],n=e,i=0,o=r=>{r!==""&&t.push({text:ce(r),classes:Ao(n)})};for(let r of s.matchAll(To))o(s.slice(i,r.index)),i=r.index+r[0].length,r[2]==="m"&&(n=Mo(n,r[1]??""));return o(s.slice(i)),{line:t,after:n}}function Mo(s,e){let t=s,n=e.split(/[;:]/).map(Number);for(let i=0;i<n.length;i+=1){let o=n[i]??0;o===38||o===48?i+=n[i+1]===2?4:2:t=Co(t,o)}return t}function Co(s,e){if(e===0)return us;if(e===39)return{...s,colour:""};if(e>=30&&e<=37||e>=90&&e<=97)return{...s,colour:Oo[e%10]??""};switch(e){case 1:return{...s,isBold:!0};case 2:return{...s,isFaint:!0};case 4:return{...s,isUnderlined:!0};case 22:return{...s,isBold:!1,isFaint:!1};case 24:return{...s,isUnderlined:!1};default:return s}}var Oo=["black","red","green","yellow","blue","magenta","cyan","white"];function Ao({colour:s,isBold:e,isFaint:t,isUnderlined:n}){return[s===""?"":`scl-ansi-${s}`,e?"scl-ansi-bold":"",t?"scl-ansi-faint":"",n?"scl-ansi-underlined":""].filter(i=>i!=="").join(" ")}var Ro=8,_o=5e3,pt=class{node;head=c("span","scl-block-title",{},"Output");output=c("pre","scl-output",{tabindex:"0","aria-label":"Output"});follow;found=c("span","scl-quiet",{role:"status"});field;shown=[];text="";name="task";follows=!0;hit=-1;constructor(e){this.follow=R("scl-toggle","Follow",()=>{this.setFollow(!this.follows)});let t=R("","Copy",()=>{Te(this.plain).then(()=>{e("Copied the output")},o=>{e(String(o))})}),n=R("","Download",()=>{ct(`${this.name.replace(/[^\w.-]+/g,"_")}.txt`,this.plain)});this.field=c("input","scl-find",{type:"search",placeholder:"Find","aria-label":"Find in the output",spellcheck:"false"}),this.field.addEventListener("input",()=>{this.hit=-1,this.mark()}),this.field.addEventListener("keydown",o=>{o.key==="Enter"&&this.next(o.shiftKey?-1:1)}),this.output.addEventListener("scroll",()=>{this.setFollow(this.isAtEnd)});let i=[this.found,this.field,this.follow,t,n];this.node=c("div","scl-block",{},c("div","scl-block-head",{},this.head,c("span","scl-answers",{},...i)),this.output),this.node.hidden=!0}clear(e){this.name=e,this.text="",this.shown=[],this.output.replaceChildren(),this.node.hidden=!0,this.field.value="",this.setFollow(!0)}draw(e,t){if(this.node.hidden=e==="",y(this.head,t>0?`Output, after ${me(t)} more`:"Output"),e===this.text)return;this.text=e;let n=hs(e).slice(-_o),i=n.map(r=>JSON.stringify(r)),o=0;for(;o<i.length&&i[o]===this.shown[o];)o+=1;for(;this.output.childNodes.length>o;)this.output.lastChild?.remove();this.output.append(...n.slice(o).map((r,l)=>Lo(r,l+o>0))),this.shown=i,this.mark(),this.follows&&(this.output.scrollTop=this.output.scrollHeight)}get plain(){return this.output.textContent}get isAtEnd(){let{scrollTop:e,clientHeight:t,scrollHeight:n}=this.output;return e+t>=n-Ro}setFollow(e){this.follows=e,this.follow.setAttribute("aria-pressed",String(e)),e&&!this.isAtEnd&&(this.output.scrollTop=this.output.scrollHeight)}mark(){let e=this.field.value.toLowerCase(),t=[];for(let n of this.output.children){let i=e!==""&&n.textContent.toLowerCase().includes(e);n.classList.toggle("scl-hit",i),i&&n instanceof HTMLElement&&t.push(n)}return y(this.found,e===""?"":`${t.length} lines`),t}next(e){let t=this.mark();t.length>0&&(this.hit=(this.hit+e+t.length)%t.length,this.setFollow(!1),t[this.hit]?.scrollIntoView({block:"nearest"}))}};function Lo(s,e){let t=c("span","",{},e?`
`:"");for(let{text:n,classes:i}of s)t.append(i===""?n:c("span",i,{},n));return t}var Io=400,No=1e3,ps=80,Po=340,fs=24,Le=class{constructor(e,t,n){this.actions=e;this.view=t;this.events=n;let i=c("button","scl-button scl-shut",{type:"button","aria-label":"Close the details"},"✕");i.addEventListener("click",n.close),this.output=new pt(n.notice),this.copyTraceback=R("","Copy traceback",()=>{this.copy(this.tracebackText,"the traceback")});let o=R("","Copy id",()=>{this.copy(this.shown?.id??"","the id")}),r=c("span","scl-answers",{},this.copyTraceback,o,i),l=c("div","scl-pane-head",{},this.heading,r);this.node=c("div","scl-pane",{role:"group","aria-label":"Details of the task"},...t===null?[]:[this.handle(t),l],this.error,this.traceback,this.where,this.output.node,this.arguments,this.facts),this.node.hidden=!0}node;heading=c("div","scl-pane-title");error=c("div","scl-error");facts=c("dl","scl-facts");arguments=c("div","scl-arguments");traceback=c("div","scl-traceback");where=c("div","scl-where",{role:"group","aria-label":"Where it is"});copyTraceback;output;shown=null;profile=null;tracebackText="";whereText="";known="";asking=!1;timer=0;dispose(){window.clearTimeout(this.timer)}draw(e){this.node.hidden=e===null;let t=this.view?.paneHeight??null;this.node.style.height=t===null?"":`${t}px`,this.node.classList.toggle("scl-is-sized",t!==null);let n=this.shown;if(e===null||e===n){this.shown=e;return}this.shown=e,n?.id!==e.id&&this.begin(e),this.node.dataset.status=e.status,y(this.heading,`${W[e.status]} ${f(e.name)}`),y(this.error,f(e.error)),this.error.hidden=e.error==="",this.writeFacts(e),(n?.id!==e.id||n.status!==e.status)&&this.showArguments(e.id),this.request()}begin(e){this.traceback.replaceChildren(),this.where.replaceChildren(),this.whereText="",this.tracebackText="",this.copyTraceback.hidden=!0,this.output.clear(e.name),this.arguments.replaceChildren(),this.profile=null,this.known=""}writeFacts(e){this.facts.replaceChildren(...gs([...zo(e),...Fo(this.profile)]))}copy(e,t){Te(e).then(()=>{this.events.notice(`Copied ${t}`)},n=>{this.events.notice(n instanceof Error?n.message:String(n))})}handle(e){let t=c("div","scl-handle",{role:"separator",tabindex:"0","aria-orientation":"horizontal","aria-label":"Height of the details","aria-valuemin":String(ps),"aria-valuenow":String(e.paneHeight??Po),title:"Drag to resize; double-click to fit"}),n=o=>{let r=this.node.offsetHeight+o;e.paneHeight=Math.max(ps,r),this.node.style.height=`${e.paneHeight}px`,this.node.classList.add("scl-is-sized"),t.setAttribute("aria-valuenow",String(e.paneHeight))},i=null;return t.addEventListener("pointerdown",o=>{i=o.clientY,t.setPointerCapture(o.pointerId),o.preventDefault()}),t.addEventListener("pointermove",o=>{i!==null&&(n(i-o.clientY),i=o.clientY)}),t.addEventListener("pointerup",()=>{i=null}),t.addEventListener("dblclick",()=>{e.paneHeight=null,this.node.style.height="",this.node.classList.remove("scl-is-sized")}),t.addEventListener("keydown",o=>{(o.key==="ArrowUp"||o.key==="ArrowDown")&&(o.preventDefault(),n(o.key==="ArrowUp"?fs:-fs))}),t}async request(){let e=this.shown;if(e===null||this.asking)return;let t=P(e.status),n=e.status==="running"||e.status==="cancelling",i=n?Math.floor(Date.now()/No):"",o=`${e.id} ${t?e.status:""} ${e.outputBytes} ${i}`,r=e.status==="failed"||e.outputBytes>0||n;if(!(o===this.known||!(r||t&&this.actions.details!==void 0))){this.known=o,this.asking=!0,e.status==="failed"&&this.traceback.childElementCount===0&&this.traceback.replaceChildren(_e("asking for the traceback …"));try{let l=await this.detailsOf(e.id);this.shown?.id===e.id&&this.write(this.shown,l)}catch(l){let a=l instanceof Error?l.message:String(l);this.shown?.id===e.id&&this.traceback.replaceChildren(_e(`The details could not be had: ${a}`))}this.timer=window.setTimeout(()=>{this.asking=!1,this.request()},Io)}}async detailsOf(e){return this.actions.details!==void 0?this.actions.details(e):{traceback:await this.actions.traceback(e),output:"",outputBefore:0,profile:null,stack:null}}write(e,t){e.status==="failed"&&t.traceback!==this.tracebackText?(this.tracebackText=t.traceback,this.copyTraceback.hidden=t.traceback==="",this.traceback.replaceChildren(...tn(ce(t.traceback),e.cell))):e.status==="failed"&&t.traceback===""&&this.traceback.replaceChildren(_e("No traceback is kept of it.")),this.profile=t.profile,this.writeFacts(e),this.writeWhere(e,t.stack),this.output.draw(t.output,t.outputBefore)}writeWhere(e,t){let n=[],i="";if(t!==null&&!P(e.status)){let o=t.problem===""?"":`; ${t.problem}`,r=`where it is: ${f(t.state+o)}`,l=ce(Hn(t));i=`${r}
${l}`,n.push(_e(r),...tn(l,e.cell))}if(i!==this.whereText){let o=this.where.querySelector("details[open]")!==null;this.whereText=i,this.where.replaceChildren(...n);for(let r of this.where.querySelectorAll("details"))r.open=o}}async showArguments(e){if(this.actions.arguments===void 0)return;let t;try{t=$o(await this.actions.arguments(e))}catch(n){let i=n instanceof Error?n.message:String(n);t=[_e(`The arguments could not be had: ${i}`)]}this.shown?.id===e&&this.arguments.replaceChildren(...t)}};function $o({arguments:s,trouble:e,result:t}){let n=[];if(s.length>0){let i=s.map(([o,r])=>[f(o),f(r)]);n.push(ms("Arguments",c("dl","scl-values",{},...gs(i))))}else e!==""&&t===null&&n.push(_e(e));if(t!==null){let i=t.bytes===null?"":`, ${me(t.bytes)}`,o=c("pre","",{tabindex:"0","aria-label":"Result"},ce(t.text));n.push(ms(`Result: ${f(t.type)}${i}`,o))}return n}function ms(s,e){return c("div","scl-block",{},c("span","scl-block-title",{},s),e)}function _e(s){return c("p","scl-quiet",{},s)}function gs(s){return s.map(([e,t])=>c("div","",{},c("dt","",{},e),c("dd","",{},t)))}function Fo(s){let e=[];return s?.cpuSeconds!=null&&e.push(`${Q(s.cpuSeconds)} of CPU`),s?.peakMemory!=null&&s.peakMemory>0&&e.push(`${me(s.peakMemory)} of memory in its worker`),s?.bytesIn!=null&&s.bytesIn>0&&e.push(`${me(s.bytesIn)} in`),s?.bytesOut!=null&&s.bytesOut>0&&e.push(`${me(s.bytesOut)} out`),e.length===0?[]:[["took",e.join(", ")],["of all tasks","client.resource_usage()"]]}function zo(s){let e=[],t=n=>new Date(n*1e3).toLocaleTimeString();if(s.groupName!==""&&e.push(["group",f(s.groupName)]),s.worker!==""&&e.push(["worker",f(s.worker)]),e.push(["submitted",t(s.submittedAt)]),s.startedAt!==null&&e.push(["started",`${t(s.startedAt)}, after ${Q(s.startedAt-s.submittedAt)}`]),s.endedAt!==null){let n=s.startedAt===null?"":`, having run ${Q(s.endedAt-s.startedAt)}`;e.push(["ended",t(s.endedAt)+n])}if(s.progress&&e.push(["progress",f(ns(s.progress))]),s.cancelRequestedAt!==null){let n=s.cancelRequestedBy===""?"":` by ${f(s.cancelRequestedBy)}`;e.push(["cancel requested",t(s.cancelRequestedAt)+n])}if(s.cancelResolution!==null){let n=s.cancelSeconds===null?"":`, ${ht(s.cancelSeconds)} after the request`;e.push(["settled",`${Do(s)}${n}`])}return s.detail!==""&&e.push([s.status==="cancelling"?"waits for":"note",f(s.detail)]),s.attempt>1&&e.push(["attempt",String(s.attempt)]),s.tags.length>0&&e.push(["tags",f(s.tags.join(", "))]),e.push(["id",s.id]),e}function Do(s){switch(s.cancelResolution){case"never_started":return"never started: taken out of the queue";case"interrupted":return"interrupted: stopped inside the task, its worker lives on";case"killed":return"killed: its worker process was stopped";case"finished_first":return"finished first: its result came before the cancel and was discarded";case"lost":return"lost: the engine went away before answering";case null:return""}}var Ho=.005,nn=.5,jo=1,Wo=60,ys=2,qo=3,Bo=8;function vs(s,e){let t=s.progress?Ce(s.progress):null,n=s.startedAt===null?0:e-s.startedAt;return t===null||t<Ho||t>=1||n<nn?null:n*(1-t)/t}function ws(s,e){let{settled:t,size:n,startedAt:i,counts:o}=s,r=i===null?0:e-i;if(!(o.running+o.cancelling>0)||t<ys||t===n||r<nn)return null;let a=s.lastEndedAt??e,d=(a-(i??a))/t;return e-a>Math.max(qo,Bo*d)?null:(n-t)*r/t}var ft=class{samples=[];of(e,t,n){let i=this.samples.at(-1);if(e===t||i!==void 0&&e<i.settled)return this.samples=[],null;for((i===void 0||n-i.at>=jo)&&this.samples.push({at:n,settled:e});(this.samples[1]?.at??n)<=n-Wo;)this.samples.shift();let o=this.samples[0],r=e-(o?.settled??e);return o===void 0||r<ys||n-o.at<nn?null:(t-e)*(n-o.at)/r}};function Ie(s){if(s<10)return`~${Math.max(1,Math.round(s))} s`;if(s<57.5)return`~${Math.round(s/5)*5} s`;if(s<295){let i=Math.round(s/10),o=i%6*10;return`~${Math.floor(i/6)} min${o===0?"":` ${o} s`}`}let e=Math.round(s/60);if(e<60)return`~${e} min`;let t=Math.round(e%60/10)*10;return`~${Math.floor(e/60)+(t===60?1:0)} h${t%60===0?"":` ${t} min`}`}var ve={arguments:"",result:"",line:""};function mt(s,e,t=ve,n=null){switch(s.status){case"running":return Go(s,e,t);case"queued":return ye(Ne(sn(s),s.detail===""?Uo(n):s.detail));case"waiting":case"retrying":return ye(s.detail===""?"waits for other tasks":s.detail);case"failed":return ye(s.error,"failed");case"cancelling":{let i=Qt(e-(s.cancelRequestedAt??e));return ye(Ne(`${i}${bs(s)}`,s.detail),"cancelling")}case"cancelled":return ye(Ne(Vo(s)+bs(s),s.detail));case"succeeded":return ye(t.result)}}function Go(s,e,t){let{progress:n}=s;if(!n)return ye(Ne(sn(s),t.line));let i=vs(s,e),o=Ne(Ko(n),i===null?"":`${Ie(i)} left`,n.note);return{word:"",text:Ne(sn(s),o),share:Ce(n)}}function Ko(s){let{done:e,total:t}=s,n=Ce(s),i=Number.isInteger(e)&&(t===null||Number.isInteger(t));return n===null||t===null?Number.isInteger(e)?T(e):e.toPrecision(3):i?`${T(e)}/${T(t)}`:`${Math.floor(n*100)} %`}function sn(s){return s.attempt>1?`attempt ${s.attempt}`:""}function Uo(s){return s===null?"":s===0?"first in the queue":`${T(s)} queued before it`}function Vo(s){let e=s.cancelSeconds===null?"":` in ${ht(s.cancelSeconds)}`;switch(s.cancelResolution){case"never_started":return"never started";case"interrupted":return`stopped${e}`;case"killed":return`killed${e}`;case"finished_first":return"finished first, result discarded";case"lost":return"lost with its engine";case null:return"cancelled"}}function bs(s){return s.cancelRequestedBy===""?"":`, from ${s.cancelRequestedBy}`}function ye(s,e=""){return{word:e,text:s,share:null}}function Ne(...s){return s.filter(e=>e!=="").join(" · ")}var Jo=300,Xo=60,Yo=4,Qo=2500,Zo=4e3,Pe=class{constructor(e,t){this.actions=e;this.changed=t}known=new Map;wanted=new Map;timer=0;isBusy=!1;dispose(){window.clearTimeout(this.timer)}of(e){let t=this.known.get(e.id);return t?.of!==xs(e)&&this.isWorthAsking(e)&&(this.wanted.set(e.id,e),this.schedule()),t?.glimpse??ve}isWorthAsking(e){return this.actions.glimpses!==void 0?!0:this.actions.details!==void 0&&e.status==="running"&&er(e)}schedule(){if(this.timer===0&&!this.isBusy){let e=this.actions.glimpses!==void 0;this.timer=window.setTimeout(()=>{this.timer=0,this.request()},e?Jo:Qo)}}async request(){let e=this.actions.glimpses===void 0?Yo:Xo,t=[...this.wanted.values()].slice(-e);this.wanted.clear(),this.isBusy=!0;try{let n=await this.fetch(t);for(let i of t)this.keep(i,n.get(i.id)??ve);this.changed()}catch{for(let n of t)this.keep(n,ve)}finally{this.isBusy=!1}this.wanted.size>0&&this.schedule()}async fetch(e){let{actions:t}=this;if(t.glimpses!==void 0)return t.glimpses(e.map(({id:i})=>i));let n=await Promise.all(e.map(async({id:i})=>{let o=(await t.details?.(i))?.output??"";return[i,{...ve,line:tr(o)}]}));return new Map(n)}keep(e,{arguments:t,result:n,line:i}){let o=this.known.get(e.id)?.glimpse??ve,r={arguments:t||o.arguments,result:n,line:i};this.known.delete(e.id),this.known.set(e.id,{of:xs(e),glimpse:r});for(let l of this.known.keys()){if(this.known.size<=Zo)break;this.known.delete(l)}}};function xs(s){return P(s.status)?s.status:`${s.attempt} ${s.outputBytes}`}function er(s){return s.outputBytes>0}function tr(s){return ss(s).split(`
`).filter(t=>t.trim()!=="").at(-1)?.trim()??""}var nr=["succeeded","failed","cancelled","cancelling","running","retrying","queued","waiting"],sr=.004,ue=class{node=c("div","scl-bar");segments=new Map;constructor(){for(let e of nr){let t=c("span","scl-segment",{"data-status":e,hidden:""});this.segments.set(e,t),this.node.append(t)}}draw(e){let t=k.reduce((n,i)=>n+e[i],0);for(let[n,i]of this.segments){let o=t===0?0:e[n]/t,r=o===0?"0":String(Math.max(o,sr));i.style.flexGrow!==r&&(i.style.flexGrow=r,i.hidden=o===0)}}};var $e=class{eta=new ft;of(e){let{counts:t,size:n,settled:i}=e,o=e.phase==="ended"?null:this.eta.of(i,n,e.now()),r=[`${T(i)}/${T(n)}`];return t.failed>0&&r.push(`${T(t.failed)} failed`),o!==null&&r.push(Ie(o)),r.join(" · ")}};var ir=/\[\d+\]$/;function Ve(s,e,t){let n=ir.exec(s)?.[0]??"",i=n===""?s:s.slice(0,-n.length);if(t&&n!==""&&i===e)return{stem:"",tail:n};let r=/^[\x20-\x7e]*$/.test(i)&&i.length>18?6:0;return{stem:i.slice(0,i.length-r),tail:i.slice(i.length-r)+n}}function on(s){let e=0;for(let t of s){let n=t.codePointAt(0)??0;n>=4352&&(n>=11904||n<=4447)&&(e+=1)}return s.length+e}var Fe=2,or={stop:"Cancel",kill:"Kill the workers of",retry:"Retry"},rr="Requested; waiting for the answer",gt=class s{node;id="";nameColumns=0;extraColumns=0;shown=null;shownBelow=!1;check=he("check",1);state=he("state",2);icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");number=he("number",3);name=he("name",4);stem=c("span","scl-stem");tail=c("span","scl-tail");extra=c("span","scl-extra");worker=he("worker",5);now=he("now",6);bar=new ue;progress=c("span","scl-progress",{"aria-hidden":"true"});filled=c("span","scl-filled");word=c("span","scl-word");text=c("span","scl-text");time=he("time",7);doing=he("doing",8);stop=ks("scl-stop","stop");more=ks("scl-more","details");constructor(e){this.check.append(c("span","scl-tick",{"aria-hidden":"true"})),this.state.append(this.icon,this.stateWord),this.name.append(c("span","scl-name",{},this.stem,this.tail),this.extra),this.bar.node.setAttribute("aria-hidden","true"),this.progress.append(this.filled),this.now.append(this.bar.node,this.progress,this.word,this.text),this.doing.append(this.stop,this.more),this.node=c("div","scl-row",{role:"row",id:e},this.check,this.state,this.number,this.name,this.worker,this.now,this.time,this.doing)}get wants(){return this.nameColumns+this.extraColumns}static buttonOf(e,t){if(t.isOver||e.status==="succeeded")return null;if(P(e.status))return t.isPending?"asked":"retry";if(e.status==="cancelling"){let n=e.cancelRequestedAt??t.now;return t.canKill&&t.now-n>Fe?"kill":"asked"}return t.isPending?"asked":"cancel"}static buttonOfGroup(e,{isOver:t,canKill:n,now:i}){let{counts:o}=e,r=K(o);if(t)return null;if(r>0)return["stop",r];if(o.cancelling>0){let a=n?e.stillCancelling(i-Fe).length:0;return a>0?["kill",a]:["asked",o.cancelling]}let l=o.failed+o.cancelled;return l>0?["retry",l]:null}update(e,t){this.id=e.id,this.place(t);let{isBelow:n}=t;this.shown===null&&this.becomeTask(),(this.shown!==e||this.shownBelow!==n)&&(this.writeFacts(e,n),this.shown=e,this.shownBelow=n),this.writeExtra(f(t.glimpse.arguments)),y(this.time,ge(e,t.now)),this.say(e.status,mt(e,t.now,t.glimpse,t.before)),this.writeButton(e,s.buttonOf(e,t))}updateGroup(e,t){this.id=e.id,this.place(t),this.shown=null,this.node.classList.add("scl-group"),this.bar.node.hidden=!1,this.progress.hidden=!0,this.more.classList.add("scl-hidden"),this.writeStatus(e.status),O(this.node,"aria-expanded",String(!t.isFolded)),y(this.number,String(e.first));let n=f(e.name);this.writeName(Ve(n,"",!1),n),this.name.title=`${n}: ${$(e.size)}`,this.name.dataset.do="fold",this.writeExtra($(e.size)),y(this.worker,""),y(this.time,ge(e,t.now)),this.bar.draw(e.counts),this.say(e.status,{word:"",text:lr(e,t.now),share:null}),O(this.now,"title",Z(e.counts)),this.writeGroupButton(n,s.buttonOfGroup(e,t))}writeGroupButton(e,t){let[n,i]=t??["asked",0],o=n==="asked"?"stop":n,r=`${or[o]} ${$(i)}`;this.offer(t!==null,n,o,r,`${r} of ${e}`)}writeButton(e,t){let n=le(e.status),i=t==="kill"?"Kill the worker of":n?"Retry":"Cancel",o=t==="kill"?"It was requested to stop and has not yet: stop its worker process":i,r=t==="kill"?"kill":n?"retry":"stop";this.offer(t!==null,t??"asked",r,o,`${i} ${f(e.name)}`)}offer(e,t,n,i,o){let{stop:r}=this,l=t==="asked";r.disabled=l,r.classList.toggle("scl-hidden",!e),O(r,"data-do",n),O(r,"aria-label",o),r.title=l?rr:i}place(e){this.node.style.transform=`translateY(${e.top}px)`,O(this.node,"aria-rowindex",String(e.index+2)),O(this.node,"aria-selected",String(e.isSelected)),O(this.node,"aria-level",e.level===null?null:String(e.level)),this.node.classList.toggle("scl-active",e.isActive)}say(e,{word:t,text:n,share:i}){let o=f(n);y(this.word,t),this.word.hidden=t==="",y(this.text,o);let r=t===""?o:`${t}: ${o}`;O(this.now,"title",r),O(this.state,"title",r===""||t!==""?e:`${e}: ${r}`),this.progress.hidden=i===null;let l=`${(i??0)*100}%`;this.filled.style.width!==l&&(this.filled.style.width=l)}writeStatus(e){this.node.dataset.status=e,y(this.icon,W[e]),y(this.stateWord,e)}becomeTask(){this.node.classList.remove("scl-group"),this.bar.node.hidden=!0,this.more.classList.remove("scl-hidden"),delete this.name.dataset.do,O(this.node,"aria-expanded",null)}writeFacts(e,t){this.writeStatus(e.status),y(this.number,String(e.number));let n=f(e.name);this.writeName(Ve(n,f(e.groupName),t),n),O(this.more,"aria-label",`Details of ${n}`),this.more.title="Details",y(this.worker,f(e.worker)),this.worker.title=f(e.worker)}writeName({stem:e,tail:t},n){y(this.stem,e),y(this.tail,t),this.name.title=n,this.nameColumns=on(e+t)}writeExtra(e){this.extra.textContent!==e&&(y(this.extra,e),this.extra.title=e,this.extraColumns=e===""?0:on(e)+2)}};function lr(s,e){let{counts:t,settled:n,size:i}=s,o=ws(s,e);return[`${T(n)}/${T(i)}`,t.failed>0?`${T(t.failed)} failed`:"",t.cancelled>0?`${T(t.cancelled)} cancelled`:"",o===null?"":Ie(o)].filter(r=>r!=="").join(" · ")}function he(s,e){return c("div",`scl-cell scl-c-${s}`,{role:"gridcell","aria-colindex":String(e)})}function ks(s,e){return c("button",`scl-act ${s}`,{type:"button",tabindex:"-1","data-do":e})}var ar=2e3,dr=1,yt=class{constructor(e,t,n){this.store=e;this.commands=t;this.glimpses=n;for(let o of[this.bar.node,this.progress])o.setAttribute("aria-hidden","true");this.stop=R("scl-one-stop","Cancel",()=>{this.onClick()});let i=c("span","scl-one-now",{},this.word,this.text);this.node=c("div","scl-one",{role:"group","aria-label":"Progress"},this.icon,this.stateWord,this.name,this.bar.node,this.progress,i,this.time,this.stop)}node;icon=c("span","scl-icon",{"aria-hidden":"true"});stateWord=c("span","scl-unseen");stem=c("span","scl-stem");tail=c("span","scl-tail");name=c("span","scl-name scl-one-name",{},this.stem,this.tail);bar=new ue;filled=c("span","scl-filled");progress=c("span","scl-progress",{},this.filled);word=c("span","scl-word");text=c("span","scl-one-text");time=c("span","scl-one-time");stop;headline=new $e;times={startedAt:null,endedAt:null};readAt=-1;get only(){return this.store.size===1?this.store.rows[0]:void 0}draw(){let{store:e,only:t}=this,n=t?.status??cr(e);this.node.dataset.status=n,y(this.icon,W[n]),y(this.stateWord,n);let i=f(t?.name??e.engine?.label??""),{stem:o,tail:r}=Ve(i,"",!1);y(this.stem,o),y(this.tail,r),this.name.title=i,this.bar.node.hidden=t!==void 0,this.bar.draw(e.counts),this.say(t===void 0?this.ofAll():this.ofOne(t)),y(this.time,ge(this.timesAt(e.now()),e.now())),this.drawButton()}say({word:e,text:t,share:n}){let i=f(t);y(this.word,e),this.word.hidden=e==="",y(this.text,i),this.text.title=i,this.progress.hidden=n===null,this.filled.style.width=`${(n??0)*100}%`}ofAll(){return O(this.node,"title",Z(this.store.counts)),{word:"",text:this.store.size===0?"":this.headline.of(this.store),share:null}}ofOne(e){O(this.node,"title",e.status);let t=mt(e,this.store.now(),this.glimpses?.of(e));return t.word!==""?e.status==="failed"&&this.glimpses===null?{...t,text:""}:t:t.text===""?{...t,text:e.status}:t}drawButton(){let{counts:e,phase:t}=this.store,n=e.cancelling>0||this.commands.pending.size>0,i=K(e)>0&&this.commands.pending.size===0,o=!i&&this.late.length>0;this.stop.hidden=t==="ended"||!(i||n),this.stop.disabled=!(i||o),y(this.stop,o?"Kill":i?"Cancel":"Cancelling …"),this.stop.title=o?"Stop the worker: the task has not ended since the request":""}onClick(){K(this.store.counts)>0?this.commands.stopListed():this.commands.stop(this.late,!0)}get late(){let{store:e}=this;if(e.counts.cancelling===0||e.engine?.canStopRunning!==!0)return[];let t=e.now()-Fe;return e.rows.filter(({status:n,cancelRequestedAt:i})=>n==="cancelling"&&(i??t)<t).map(({id:n})=>n)}timesAt(e){let{rows:t}=this.store;return(t.length<=ar||e>=this.readAt+dr)&&(this.readAt=e,this.times=ur(t)),this.times}};function cr({counts:s}){return k.find(e=>s[e]>0)??"waiting"}function ur(s){let e=null,t=null,n=!1;for(let i of s)i.startedAt!==null&&(e===null||i.startedAt<e)&&(e=i.startedAt),P(i.status)?i.endedAt!==null&&(t===null||i.endedAt>t)&&(t=i.endedAt):n=!0;return{startedAt:e,endedAt:n?null:t}}var Je=["state","number","name","worker","time","note"],ln={key:"state",descending:!1},hr=8,pr=5e3,we=class{constructor(e,t=new fe){this.folding=t;this.store=e}store;statuses=new Set;search="";order=ln;held=!1;listed=[];positions=null;madeOf=-1;isStale=!0;dearUntil=0;isGrouped=!0;room=12;cleared=new Set;chosen=new Set;chosenGroups=new Set;anchor=null;active=null;get filter(){return this.statuses}get query(){return this.search}get sort(){return this.order}get isFiltered(){return this.statuses.size>0||this.search!==""}toggleStatus(e){let t=new Set(this.statuses);t.delete(e)||t.add(e),this.statuses=t.size===k.length?new Set:t,this.isStale=!0}find(e){this.search=e.trim().toLowerCase(),this.isStale=!0}showAll(){this.cleared.clear(),this.statuses=new Set,this.search="",this.isStale=!0}sortBy(e){this.order.key!==e?this.order={key:e,descending:!1}:this.order.descending?this.order=ln:this.order={key:e,descending:!0},this.isStale=!0}cycleStatus(e){let{counts:t}=this.store,n=[null,...k.filter(l=>t[l]>0)],[i]=this.statuses.size===1?this.statuses:[null],o=Math.max(n.indexOf(i??null),0),r=n[(o+e+n.length)%n.length]??null;this.statuses=r===null?new Set:new Set([r]),this.isStale=!0}cycleSort(){let e=Je.indexOf(this.order.key);this.order={key:Je[(e+1)%Je.length]??"state",descending:!1},this.isStale=!0}reverseSort(){this.order={...this.order,descending:!this.order.descending},this.isStale=!0}restore(e,t,n){this.order=e,this.statuses=new Set(t),this.find(n)}clearDone(){for(let{id:e,status:t}of this.store.rows)P(t)&&this.cleared.add(e);this.isStale=!0}get clearedCount(){return this.cleared.size}get groupsAreListed(){return this.isGrouped&&!this.isFiltered}get groupsAreWanted(){return this.isGrouped}listGroups(e){this.isGrouped=e,this.isStale=!0}isFolded(e){return this.folding.isFolded(e)}roomFor(e){e!==this.room&&(this.room=e,this.isStale=!0)}get isOneGroup(){let e=this.store.onlyGroup;return e!==null&&this.store.engine?.label===e.name&&this.store.ungroupedCount===0}fold(e,t){let n=this.store.group(e),i=this.indexOf(e);if(n===void 0||i<0||this.isFolded(n)===t)return;this.folding.set(n,t);let o=a=>a!==void 0&&this.store.groupOf(a)?.id===e,r=i+1;for(;o(this.listed[r]);)r+=1;let l=t?[]:rn(this.sorted(this.uncleared(n.rows)));this.listed=[...this.listed.slice(0,i+1),...l,...this.listed.slice(r)],this.positions=null,this.active!==null&&t&&o(this.active)&&(this.active=e)}hold(e){this.held!==e&&(this.held=e,this.isStale||=!e&&this.madeOf!==this.store.revision,e||(this.madeOf=-1))}get ids(){if(!this.isStale&&this.madeOf===this.store.revision)return this.listed;if(this.held&&!this.isStale)this.listed=this.kept();else{if(!this.isStale&&performance.now()<this.dearUntil)return this.listed;{let e=performance.now();this.listed=this.arranged();let t=performance.now()-e,n=this.listed.length<pr||t<4;this.dearUntil=n?0:e+t*(1+hr)}}return this.isStale=!1,this.madeOf=this.store.revision,this.positions=null,this.listed}get isBehind(){return!this.held&&this.madeOf!==this.store.revision}indexOf(e){if(e===null)return-1;let t=this.ids;return this.positions??=new Map(t.map((n,i)=>[n,i])),this.positions.get(e)??-1}kept(){let e=new Set(this.listed),t=this.listed.filter(i=>this.isThere(i)),n=this.things().filter(i=>!e.has(i.id));return t.concat(this.withMembers(n).filter(i=>!e.has(i)))}isThere(e){return ae(e)?this.store.group(e)!==void 0:this.store.get(e)!==void 0}arranged(){let e=this.sorted(this.things());return this.groupsAreListed?this.withMembers(e):rn(e)}things(){if(!this.groupsAreListed||this.isOneGroup){let{rows:i}=this.store;return this.isFiltered||this.cleared.size>0?i.filter(o=>!this.cleared.has(o.id)&&this.matches(o)):i}let e=this.uncleared(this.store.ungrouped),t=e.length,n=[];for(let i of this.store.groups){if(this.cleared.size>0&&i.rows.every(({id:r})=>this.cleared.has(r)))continue;let o=i.size===1?i.rows[0]:void 0;e.push(o??i),o===void 0&&n.push(i)}return this.folding.fit(n,this.room-e.length),t===0||t===e.length?e:fr(e)}uncleared(e){return this.cleared.size===0?e:e.filter(({id:t})=>!this.cleared.has(t))}withMembers(e){let t=[];for(let n of e)if(t.push(n.id),!vt(n)&&!this.isFolded(n))for(let i of this.sorted(this.uncleared(n.rows)))t.push(i.id);return t}sorted(e){let{key:t,descending:n}=this.order;if(t==="state"){let o=new Map(k.map(l=>[l,[]]));for(let l of e)o.get(l.status)?.push(l);return(n?[...k].reverse():k).flatMap(l=>o.get(l)??[])}if(t==="number"&&!n)return e;let i=[...e];if(t!=="number"){let o=this.store.now(),r=new Map(e.map(l=>[l.id,mr(l,t,o)]));i.sort((l,a)=>gr(r.get(l.id),r.get(a.id)))}return n?i.reverse():i}matches(e){if(this.statuses.size>0&&!this.statuses.has(e.status))return!1;if(this.search==="")return!0;let n=[e.name,e.worker,`#${e.number}`,e.error,e.detail,...e.tags].join(`
`).toLowerCase();return this.search.split(/\s+/).every(i=>n.includes(i))}isSelected(e){return this.chosen.has(e)||this.chosenGroups.has(e)||this.chosenGroups.size>0&&this.chosenGroups.has(this.store.groupOf(e)?.id??"")}get selectedCount(){return this.sumOfGroups(e=>e.size)+this.chosen.size}get selected(){let e=[...this.chosenGroups].flatMap(t=>this.store.group(t)?.rows??[]);for(let t of this.chosen){let n=this.store.get(t);n===void 0?this.chosen.delete(t):e.push(n)}return e}get meant(){let{selected:e,active:t}=this;if(e.length>0||t===null)return e;let n=this.store.get(t);return n===void 0?this.store.group(t)?.rows??[]:[n]}get selectedStoppable(){return rn(this.selected.filter(e=>re(e.status)))}get selectedStoppableCount(){let e=this.sumOfGroups(({counts:t})=>K(t));for(let t of this.chosen){let n=this.store.get(t);e+=n!==void 0&&re(n.status)?1:0}return e}sumOfGroups(e){let t=0;for(let n of this.chosenGroups){let i=this.store.group(n);i===void 0?this.chosenGroups.delete(n):t+=e(i)}return t}get selectedRetriableCount(){let e=this.sumOfGroups(({counts:n})=>n.failed+n.cancelled),t=0;for(let n of this.chosen){let i=this.store.get(n);t+=i!==void 0&&le(i.status)?1:0}return e+t}get listedRows(){let e=[];for(let t of this.ids){let n=ae(t)?this.store.group(t):void 0,i=this.store.get(t);i!==void 0?e.push(i):n!==void 0&&this.isFolded(n)&&e.push(...this.sorted(n.rows))}return e}stoppable(e){let t=[],n=i=>{i!==void 0&&(e?U(i.status):re(i.status))&&t.push(i.id)};for(let i of this.ids){let o=ae(i)?this.store.group(i):void 0;o===void 0?n(this.store.get(i)):this.isFolded(o)&&o.rows.forEach(n)}return t}selectOnly(e){this.clear(),this.choose(e),this.anchor=e,this.active=e}toggle(e){this.isSelected(e)?this.unchoose(e):this.choose(e),this.anchor=e,this.active=e}extendTo(e){let t=this.indexOf(this.anchor??this.active??e),n=this.indexOf(e);if(t<0||n<0){this.selectOnly(e);return}this.clear();let[i,o]=t<n?[t,n]:[n,t];for(let r of this.ids.slice(i,o+1))this.choose(r);this.active=e}selectAll(){for(let e of this.ids)this.choose(e)}clearSelection(){this.clear(),this.anchor=null}clear(){this.chosen.clear(),this.chosenGroups.clear()}choose(e){if(ae(e)){this.chosenGroups.add(e);for(let t of this.chosen)this.store.groupOf(t)?.id===e&&this.chosen.delete(t)}else this.isSelected(e)||this.chosen.add(e)}unchoose(e){if(this.chosen.delete(e)||this.chosenGroups.delete(e))return;let t=this.store.groupOf(e);if(t!==null&&this.chosenGroups.delete(t.id)){for(let n of t.rows)this.chosen.add(n.id);this.chosen.delete(e)}}move(e){let t=this.ids;if(t.length===0)return null;let n=this.indexOf(this.active),i=n<0&&e>0&&e!==1/0?0:n+e;return this.active=t[Math.min(Math.max(i,0),t.length-1)]??null,this.active}};function vt(s){return"version"in s}function rn(s){return s.map(e=>e.id)}function an(s){return vt(s)?s.number:s.first}function fr(s){return s.sort((e,t)=>an(e)-an(t))}function mr(s,e,t){switch(e){case"state":return k.indexOf(s.status);case"number":return an(s);case"name":return s.name.toLowerCase();case"worker":return vt(s)?s.worker:"";case"time":return s.startedAt===null?-1:(s.endedAt??t)-s.startedAt;case"note":return vt(s)?s.cancelResolution??s.error:""}}function gr(s,e){return typeof s=="string"&&typeof e=="string"?s===e?0:s===""?1:e===""||s<e?-1:1:Number(s)-Number(e)}function wt(s){let e=()=>{s.dataset.theme=yr(s)?"dark":"light"},t=[],n=()=>{e(),t.forEach(window.clearTimeout.bind(window)),t=[300,1500,5e3].map(l=>window.setTimeout(e,l))};n();let i=new MutationObserver(n),o={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-theme"]};i.observe(document.documentElement,o),i.observe(document.body,o);let r=window.matchMedia("(prefers-color-scheme: dark)");return r.addEventListener("change",e),()=>{i.disconnect(),t.forEach(window.clearTimeout.bind(window)),r.removeEventListener("change",e)}}function yr(s){for(let e=s.parentElement;e!==null;e=e.parentElement){let t=/rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?/.exec(getComputedStyle(e).backgroundColor);if(t!==null&&Number(t[4]??1)>.5){let[n,i,o]=[Number(t[1]),Number(t[2]),Number(t[3])];return .299*n+.587*i+.114*o<128}}return window.matchMedia("(prefers-color-scheme: dark)").matches}var Ss=500,vr=6;function Es(s,e,t){return Ms(s,e,t,!1)}function Ts(s,e,t){return Ms(s,e,t,!0)}function Ms(s,e,t,n){let i=0,o=0,r="",l=()=>{i===0&&(i=requestAnimationFrame(()=>{i=0,_()}))},a=L=>{r=L,o=Date.now()+vr*1e3,l()},d=new Re(()=>{s.focus()}),u=new Ae(e,new we(e),t,{changed:l,notice:a,ask:(L,M,z)=>{d.ask(f(L),M,z)}}),h=n?null:new Pe(t,l),m=new yt(e,u,h),p=n?new Le(t,null,{close:l,notice:a}):null,w=new Oe,S=c("div","scl-foot"),_=()=>{m.draw(),p?.draw(m.only??null),w.draw(e.counts);let L=e.phase==="ended"&&e.settled<e.size;y(S,Date.now()<o?f(r):L?f(e.endReason):""),S.hidden=S.textContent==="",d.isOpen&&e.settled===e.size&&d.close(),s.dataset.phase=e.phase};s.classList.add("scl",n?"scl-is-task":"scl-is-line"),s.tabIndex=-1,s.replaceChildren(m.node,d.node,...p===null?[]:[p.node],S,w.node);let C=wt(s),b=e.subscribe(l),v=window.setInterval(()=>{(e.settled<e.size||Date.now()<o+Ss)&&l()},Ss);return _(),{notice:a,dispose:()=>{cancelAnimationFrame(i),window.clearInterval(v),b(),C(),h?.dispose(),p?.dispose(),s.replaceChildren()}}}function Cs(s){return typeof s=="object"?s.key:s}function Os(s,e){let t=s.length;return new Proxy(s,{get(n,i,o){if(typeof i=="string"){let r=i.charCodeAt(0);if(r>=48&&r<=57){let l=+i;if(Number.isInteger(l)&&l>=0&&l<t){let a=n[l];if(typeof a!="object"){let d=e[l*2];a=n[l]={index:l,key:a,start:d,size:e[l*2+1],end:d+e[l*2+1],lane:0}}return a}}if(i==="length")return t}return Reflect.get(n,i,o)}})}function be(s,e,t){let n=t.initialDeps??[],i,o=!0;function r(){var l;let d=0,u=s();if(!(u.length!==n.length||u.some((p,w)=>n[w]!==p)))return i;n=u;let m=0;return i=e(...u),t?.onChange&&!(o&&t.skipInitialOnChange)&&t.onChange(i),o=!1,i}return r.updateDeps=l=>{n=l},r}function dn(s,e){if(s===void 0)throw new Error(`Unexpected undefined${e?`: ${e}`:""}`);return s}var ee=(s,e)=>Math.abs(s-e)<1.01,As=(s,e,t)=>{let n;return Object.assign(function(...i){s.clearTimeout(n),n=s.setTimeout(()=>e.apply(this,i),t)},{cancel:()=>{s.clearTimeout(n)}})};function Rs({offset:s,isScrolling:e,elementMax:t,holdOffset:n,scrollOffset:i,pendingWrite:o,clampedMaxAtWrite:r}){var l;return e&&o===null&&s===i?"spurious":o!==null&&Math.abs(s-o.target)<1.5?"readBack":o!==null&&!o.smooth&&t!==null&&o.target>t+n+.5&&Math.abs(s-(t+n))<1.5||o!==null&&!o.smooth&&((l=o.lowMaxes)!=null&&l.some(a=>Math.abs(s-a)<1.5))?"clampedReadBack":r!==null&&Math.abs(s-r)<1.5?"clampedEcho":"external"}var wr=s=>s==="smooth"||s==="smoothFinishing";function _s({kind:s,offset:e,command:t,target:n}){return s!=="spurious"&&s!=="readBack"&&s!=="clampedReadBack"&&t?.index!=null&&t.phase!=="queued"&&!wr(t.phase)&&!ee(e,t.lastTargetOffset)&&!ee(e,n())&&s!=="clampedEcho"}var cn=40;function Ls(s){let e=s[s.length-1];if(e===void 0)return!1;let t=s.length-2;for(;t>=0&&e.t-s[t].t<cn;)t--;if(t<0)return!1;let n=s[t],i=t-1;for(;i>=0&&n.t-s[i].t<cn;)i--;if(i<0)return!1;let o=s[i],r=(e.offset-n.offset)/(e.t-n.t),l=(n.offset-o.offset)/(n.t-o.t);return r*l>=0&&Math.abs(r)>=2*Math.abs(l)&&Math.abs(r)-Math.abs(l)>=.8}function Is(s){let e=s[s.length-1];if(e===void 0)return!1;let t=s.length-2;for(;t>=0&&e.t-s[t].t<cn;)t--;if(t<0)return!1;let n=s[t];return Math.abs(e.offset-n.offset)/(e.t-n.t)>=.05}var Xe,Ye=()=>{if(Xe!==void 0)return Xe;if(typeof navigator>"u")return Xe=!1;if(/iP(hone|od|ad)/.test(navigator.userAgent))return Xe=!0;let s=navigator.maxTouchPoints;return Xe=navigator.platform==="MacIntel"&&s!==void 0&&s>0},un,br=()=>un!==void 0?un:un=Ye()&&typeof CSS<"u"&&typeof CSS.supports=="function"&&CSS.supports("overflow-anchor: auto"),Ns=()=>!Ye()||br();var ze={capture:!0,passive:!0},bt=class{constructor(e){this.host=e,this._touch=null,this.inMotion=()=>this._touch!==null&&this._touch.phase!=="lateFling",this.dragging=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved},this.tail=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="tail"?this._touch.moved?"fling":"tap":null},this.onScroll=({isScrolling:t,ownReadBack:n,moved:i,external:o})=>{var r,l,a;return t&&((r=this._touch)==null?void 0:r.phase)==="tail"?this._openTail(this._touch.moved||!n,!1):((l=this._touch)==null?void 0:l.phase)==="lateFling"&&(this.host.now()>this._touch.until?this._touch=null:o&&t&&i&&this._openTail(!0,!1)),!n&&t&&i&&((a=this._touch)==null?void 0:a.phase)==="down"?(this._touch.moved=!0,!0):!1},this.touchStart=()=>{this.end(),this._touch={phase:"down",moved:!1}},this.touchEnd=()=>{var t;let n=((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved;this.end(),this._openTail(n,n)},this.end=()=>{var t;let n=this.host.getWindow();((t=this._touch)==null?void 0:t.phase)==="tail"&&n!=null&&n.clearTimeout(this._touch.timerId),this._touch=null},this.listen=t=>{let n=()=>this.touchStart(),i=()=>this.touchEnd();return t.addEventListener("touchstart",n,ze),t.addEventListener("touchend",i,ze),t.addEventListener("touchcancel",i,ze),()=>{t.removeEventListener("touchstart",n,ze),t.removeEventListener("touchend",i,ze),t.removeEventListener("touchcancel",i,ze),this.end()}},this._openTail=(t,n)=>{let i=this.host.getWindow();if(i==null)return;this.end();let o={phase:"tail",moved:t,awaitingFling:n,timerId:i.setTimeout(()=>{if(this.host.tailStillMoving()){this._openTail(o.moved,o.awaitingFling);return}this._touch=o.awaitingFling?{phase:"lateFling",until:this.host.now()+1e3}:null,this.host.onTailClosed()},150)};this._touch=o}}get touch(){return this._touch}};var Ps=s=>{let{clientWidth:e,clientHeight:t}=s;return{width:e,height:t}},zs=s=>{let e=new Set;return{schedule:t=>{let n=s.requestAnimationFrame(()=>{e.delete(n),t()});e.add(n)},cancel:()=>{e.forEach(t=>s.cancelAnimationFrame(t)),e.clear()}}},xr=s=>s,kr=s=>{let e=s.overscan*Math.max(s.lanes??1,1),t=Math.max(s.startIndex-e,0),i=Math.min(s.endIndex+e,s.count-1)-t+1,o=new Array(i);for(let r=0;r<i;r++)o[r]=t+r;return o},Ds=(s,e)=>{let t=s.scrollElement;if(!t)return;let n=s.targetWindow;if(!n)return;let i=l=>{let{width:a,height:d}=l;e({width:Math.round(a),height:Math.round(d)})};if(i(Ps(t)),!n.ResizeObserver)return()=>{};let o=zs(n),r=new n.ResizeObserver(()=>{let l=()=>{i(Ps(t))};s.options.useAnimationFrameWithResizeObserver?o.schedule(l):l()});return r.observe(t,{box:"content-box"}),()=>{r.unobserve(t),o.cancel()}},$s={passive:!0};var Sr=typeof window>"u"?!0:"onscrollend"in window,Er=(s,e,t)=>{let n=s.scrollElement;if(!n)return;let i=s.targetWindow;if(!i)return;let o=s.options.useScrollendEvent&&Sr,r=0,l=o?null:As(i,()=>e(t(n),!1),s.options.isScrollingResetDelay),a=h=>()=>{r=t(n),l?.(),e(r,h)},d=a(!0),u=a(!1);return n.addEventListener("scroll",d,$s),o&&n.addEventListener("scrollend",u,$s),()=>{n.removeEventListener("scroll",d),o&&n.removeEventListener("scrollend",u),l?.cancel()}},Hs=(s,e)=>Er(s,e,t=>{let{horizontal:n,isRtl:i}=s.options;return n?t.scrollLeft*(i&&-1||1):t.scrollTop});var Tr=(s,e,t)=>{if(t.options.useCachedMeasurements){let n=t.indexFromElement(s),i=t.options.getItemKey(n);return t.itemSizeCache.get(i)??t.options.estimateSize(n)}if(e?.borderBoxSize){let n=e.borderBoxSize[0];if(n)return Math.round(n[t.options.horizontal?"inlineSize":"blockSize"])}if(!e){let n=t.indexFromElement(s),i=t.options.getItemKey(n),o=t.itemSizeCache.get(i);if(o!==void 0)return o}return s[t.options.horizontal?"offsetWidth":"offsetHeight"]},Mr=(s,{adjustments:e=0,behavior:t},n)=>{var i;let{scrollElement:o,options:r}=n,l=s+e,a=r.horizontal&&r.isRtl&&o!==null&&"ownerDocument"in o;(i=o?.scrollTo)==null||i.call(o,{[r.horizontal?"left":"top"]:a?-l:l,behavior:t})};var js=Mr,Fs=(s,e)=>s==="smooth"?e?"smoothLanded":"smooth":"instant",Qe=s=>s?.phase==="smooth"||s?.phase==="smoothLanded";function Cr(s,e,t,n){if(e===0)return!1;let i=n(0),o=new Set,r=0;for(;r<s;){let a=t(r);if(a===i)break;o.add(a),r++}let l=s-r;if(l===0||l>=e)return!1;for(let a=0;a<l;a++)if(n(a)!==t(r+a))return!1;for(let a=l;a<e;a++)if(o.has(n(a)))return!1;return!0}var xt=class{constructor(e){this.unsubs=[],this.scrollElement=null,this.targetWindow=null,this.isScrolling=!1,this.scrollState=null,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache=new Map,this.itemSizeCacheVersion=0,this.laneAssignments=new Map,this.pendingMin=null,this.prevLanes=void 0,this.lanesChangedFlag=!1,this.lanesSettling=!1,this.pendingScrollAnchor=null,this.scrollRect=null,this.scrollOffset=null,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._iosGesture=new bt({getWindow:()=>this.targetWindow,now:()=>this.now(),tailStillMoving:()=>{let t=this.scrollState;if(t?.phase!=="queued"||this.pendingWrite!==null)return!1;let n=this._readElementOffset();return n===null||this._lastElementOffset===null||Math.abs(n-this._lastElementOffset)<1?!1:(this._lastElementOffset=n,t.samples=[...t.samples??[],{t:this.now(),offset:n}],!0)},onTailClosed:()=>{let t=this.scrollState;t?.phase==="queued"&&Is(t.samples??[])&&(this.scrollState=null),this._flushHoldIfReady(!0),this._writeAwaitingCommand(),this._retryClampedAdjustment()}}),this._lastElementOffset=null,this.pendingWrite=null,this._clampedAdjustment=null,this.elementsCache=new Map,this._resizeBatch=null,this.now=()=>{var t,n,i;return((i=(n=(t=this.targetWindow)==null?void 0:t.performance)==null?void 0:n.now)==null?void 0:i.call(n))??Date.now()},this.observer=(()=>{let t=null,n=null,i=!1,o=!1,r=new Set,l=()=>{if(t)return t;let d=this.targetWindow;if(!d||!d.ResizeObserver)return null;let u=n=zs(d);return t=new d.ResizeObserver(h=>{let m=()=>{let p={sync:!1};this._resizeBatch=p;try{h.forEach(a)}finally{this._resizeBatch=null,p.notify&&(this.notify(p.sync),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment(),this.measureElement(null))}};if(this.options.useAnimationFrameWithResizeObserver)u.schedule(m);else{i=!0;try{m()}finally{i=!1}}})},a=d=>{let u=d.target,h=this.indexFromElement(u);if(!u.isConnected){this.observer.unobserve(u);for(let[m,p]of this.elementsCache)if(p===u){this.elementsCache.delete(m);break}return}this.isIndexInRange(h)&&this.shouldMeasureDuringScroll(h)&&this.resizeItem(h,this.options.measureElement(u,d,this))};return{disconnect:()=>{var d;(d=l())==null||d.disconnect(),n?.cancel(),r.clear(),o=!1,t=null,n=null},observe:d=>{let u=l();if(u){if(!i){u.observe(d,{box:"border-box"});return}r.add(d),o||(o=!0,n?.schedule(()=>{o=!1,r.forEach(h=>{h.isConnected&&t?.observe(h,{box:"border-box"})}),r.clear()}))}},unobserve:d=>{var u;r.delete(d),(u=l())==null||u.unobserve(d)}}})(),this.range=null,this.setOptions=t=>{var n;let i={debug:!1,initialOffset:0,overscan:1,paddingStart:0,paddingEnd:0,scrollPaddingStart:0,scrollPaddingEnd:0,horizontal:!1,getItemKey:xr,rangeExtractor:kr,onChange:()=>{},measureElement:Tr,initialRect:{width:0,height:0},scrollMargin:0,gap:0,indexAttribute:"data-index",initialMeasurementsCache:[],lanes:1,anchorTo:"start",followOnAppend:!1,scrollEndThreshold:1,isScrollingResetDelay:150,enabled:!0,isRtl:!1,useScrollendEvent:!1,useAnimationFrameWithResizeObserver:!1,laneAssignmentMode:"estimate",useCachedMeasurements:!1};for(let u in t){let h=t[u];h!==void 0&&(i[u]=h)}let o=this.options,r=null,l=null,a=!1;if(o!==void 0&&o.enabled&&i.enabled&&i.anchorTo==="end"&&this.scrollElement!==null){let u=o.count,h=i.count,m=this.getMeasurements(),p=((n=this._singleLaneMeasurements)==null?void 0:n.items)??m,w=v=>Cs(p[v]),S=u>0?w(0):null,_=u>0?w(u-1):null;if(h!==u||u>0&&h>0&&(i.getItemKey(0)!==S||i.getItemKey(h-1)!==_)){a=!0;let v=u>0?this.getVirtualItemForOffset(this.getScrollOffset())??m[0]:null;v&&(r=[v.key,this.getScrollOffset()-v.start]);let L=i.followOnAppend===!0?"auto":i.followOnAppend||null;L&&h>0&&this.isAtEnd(o.scrollEndThreshold)&&(u===0||i.getItemKey(h-1)!==_)&&(h>u||Cr(u,h,w,i.getItemKey))&&(l=L)}}this.options=i,a&&(this.pendingMin=0,this.itemSizeCacheVersion++);let d=null;if(r&&this.scrollOffset!==null&&!this._awaitingCommandReadBack()){let[u,h]=r,m=this.getMeasurements(),{count:p,getItemKey:w}=this.options,S=0;for(;S<p&&w(S)!==u;)S++;if(S<p){let _=m[S];if(_){let C=Math.max(0,_.start+h);!l&&C!==this.scrollOffset&&(d=C-this.scrollOffset,this.scrollOffset=C)}}}l?this.pendingScrollAnchor={kind:"follow",behavior:l}:d!==null&&(this._canWriteScroll()?this.pendingScrollAnchor={kind:"anchor",delta:d}:(this._holdOffset+=d,this._followOffsetTarget(d)))},this.notify=t=>{var n,i;(i=(n=this.options).onChange)==null||i.call(n,this,t)},this.maybeNotify=be(()=>(this.calculateRange(),[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]),t=>{this.notify(t)},{key:!1,debug:()=>this.options.debug,initialDeps:[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]}),this.cleanup=()=>{var t;this.unsubs.filter(Boolean).forEach(n=>n()),this.unsubs=[],this.observer.disconnect(),this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null,(t=this._momentumStop)==null||t.restore(),this._momentumStop=null,this.isScrolling=!1,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._clampedAdjustment=null,this.pendingWrite=null,this.scrollElement=null,this.targetWindow=null},this._didMount=()=>()=>{this.cleanup()},this._willUpdate=()=>{var t;let n=this.options.enabled?this.options.getScrollElement():null;if(this.scrollElement!==n){if(this.cleanup(),!n){this.maybeNotify();return}this.scrollElement=n,this.scrollElement&&"ownerDocument"in this.scrollElement?this.targetWindow=this.scrollElement.ownerDocument.defaultView:this.targetWindow=((t=this.scrollElement)==null?void 0:t.window)??null,this.elementsCache.forEach(o=>{this.observer.observe(o)}),this.unsubs.push(this.options.observeElementRect(this,o=>{this.scrollRect=o,this.maybeNotify()})),this.unsubs.push(this.options.observeElementOffset(this,(o,r)=>{var l,a,d,u;let h=r?this._elementMaxScrollOffset():null,m=this._reportedOverscroll;this._reportedOverscroll=o<0||h!==null&&o>h+1;let p=o;this._lastElementOffset=p,o=this._toLayoutOffset(o);let w=this._classifyScrollEvent(o,r,h);if(w==="spurious")return;w==="readBack"?o=this.pendingWrite.target:w==="clampedReadBack"&&((l=this.scrollState)==null?void 0:l.index)!=null&&o<this.getMaxScrollOffset()-1.5?this.scrollState.lastTargetOffset=o:_s({kind:w,offset:o,command:this.scrollState,target:()=>this.getScrollStateTarget(this.scrollState)})&&(this.scrollState=null),this.pendingWrite=null,this._clampedAdjustment!==null&&Math.abs(o-this._clampedAdjustment.maxAtWrite)>=1.5&&(this._clampedAdjustment=null);let S=this.getScrollOffset(),_=this.scrollDirection;this.scrollDirection=r?S===o?this.scrollDirection:S<o?"forward":"backward":null,this.scrollOffset=o,this.isScrolling=r;let C=this.scrollState;if(C?.phase==="queued"&&w==="external"&&r)if(m||this._reportedOverscroll)C.samples=[];else{let b=this.now();C.samples=[...(C.samples??[]).filter(v=>b-v.t<=200),{t:b,offset:p}],(_!==null&&this.scrollDirection!==_||Ls(C.samples))&&(this.scrollState=null)}this._iosGesture.onScroll({isScrolling:r,ownReadBack:w==="readBack",moved:o!==S,external:w==="external"&&((a=this.scrollState)==null?void 0:a.phase)!=="smooth"&&((d=this.scrollState)==null?void 0:d.phase)!=="smoothFinishing"})&&((u=this.scrollState)==null?void 0:u.phase)==="queued"&&(this.scrollState=null),this._flushHoldIfReady(!0),this.scrollState&&this.scheduleScrollReconcile(),this.maybeNotify()})),"addEventListener"in this.scrollElement&&this.unsubs.push(this._iosGesture.listen(this.scrollElement)),this._scrollToOffset(this.getScrollOffset())}this._noteClampMax();let i=this.pendingScrollAnchor;this.pendingScrollAnchor=null,i&&this.scrollElement&&this.options.enabled&&(i.kind==="anchor"?this._canWriteScroll()?Qe(this.scrollState)&&!ee(this.getScrollOffset()-i.delta,this.scrollState.lastTargetOffset)||(this._followOffsetTarget(i.delta),this._scrollToOffset(this.getScrollOffset())):(this._holdOffset+=i.delta,this._followOffsetTarget(i.delta),this.notify(!1)):this.scrollToEnd({behavior:i.behavior})),this._flushHoldIfReady(!1),this._retryClampedAdjustment()},this._classifyScrollEvent=(t,n,i)=>{var o;return Rs({offset:t,isScrolling:n,elementMax:i,holdOffset:this._holdOffset,scrollOffset:this.scrollOffset,pendingWrite:this.pendingWrite,clampedMaxAtWrite:((o=this._clampedAdjustment)==null?void 0:o.maxAtWrite)??null})},this._retryClampedAdjustment=()=>{if(this._clampedAdjustment===null||!this.scrollElement||!this.options.enabled||!this._canWriteScroll())return;let{target:t,maxAtWrite:n}=this._clampedAdjustment,i=this.getMaxScrollOffset();i>n+.5&&(this._clampedAdjustment=t>i+.5?{target:t,maxAtWrite:i}:null,this._scrollToOffset(t))},this._writeAwaitingCommand=()=>{let t=this.scrollState;if(t===null||t.phase!=="queued")return;let{behavior:n}=t;this.getMeasurements();let i=this.getScrollStateTarget(t);t.lastTargetOffset=i,this._clampedAdjustment=null,t.phase=Fs(n,t.index!=null&&ee(i,this.getScrollOffset())),this._scrollToOffset(i,{behavior:n}),this.scheduleScrollReconcile()},this._readElementOffset=()=>{let t=this.scrollElement;if(t==null)return null;let{horizontal:n,isRtl:i}=this.options;return typeof t.scrollTop=="number"?n?t.scrollLeft*(i&&-1||1):t.scrollTop:typeof t.scrollY=="number"?n?t.scrollX:t.scrollY:null},this._canWriteScroll=()=>!(Ye()&&this._iosGesture.inMotion())&&!this._reportedOverscroll,this._flushHoldIfReady=t=>{var n;if(this._holdOffset===0||!this.scrollElement||!this.options.enabled||!this._canWriteScroll()||((n=this.scrollState)==null?void 0:n.phase)==="smooth")return;this._holdOffset=0,this.scrollOffset!==null&&this.scrollOffset<0&&(this.scrollOffset=0),this.notify(t);let i=this.getCommandWrittenOffset()??this.getScrollOffset();this._clampedAdjustment=this._clampedBy(i),this._scrollToOffset(i)},this.rafId=null,this.getSize=()=>this.options.enabled?(this.scrollRect=this.scrollRect??this.options.initialRect,this.scrollRect[this.options.horizontal?"width":"height"]):(this.scrollRect=null,0),this.getScrollOffset=()=>this.options.enabled?(this.scrollOffset=this.scrollOffset??(typeof this.options.initialOffset=="function"?this.options.initialOffset():this.options.initialOffset),this.scrollOffset):(this.scrollOffset=null,0),this.getMeasurementOptions=be(()=>[this.options.count,this.options.paddingStart,this.options.scrollMargin,this.options.getItemKey,this.options.enabled,this.options.lanes,this.options.laneAssignmentMode,this.options.gap],(t,n,i,o,r,l,a,d)=>(this.prevLanes!==void 0&&this.prevLanes!==l&&(this.lanesChangedFlag=!0),this.prevLanes=l,this.pendingMin=null,{count:t,paddingStart:n,scrollMargin:i,getItemKey:o,enabled:r,lanes:l,laneAssignmentMode:a,gap:d}),{key:!1}),this.isIndexInRange=t=>t>=0&&t<this.options.count,this.getMeasurements=be(()=>[this.getMeasurementOptions(),this.itemSizeCacheVersion],({count:t,paddingStart:n,scrollMargin:i,getItemKey:o,enabled:r,lanes:l,laneAssignmentMode:a,gap:d},u)=>{var h;let m=this.itemSizeCache;if(!r)return this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),[];if(this.laneAssignments.size>t)for(let b of this.laneAssignments.keys())b>=t&&this.laneAssignments.delete(b);this.lanesChangedFlag&&(this.lanesChangedFlag=!1,this.lanesSettling=!0,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.pendingMin=null),this.measurementsCache.length===0&&!this.lanesSettling&&(this.measurementsCache=this.options.initialMeasurementsCache,this.measurementsCache.forEach(b=>{this.itemSizeCache.set(b.key,b.size)}));let p=this.lanesSettling?0:this.pendingMin??0;if(this.pendingMin=null,this.lanesSettling&&this.measurementsCache.length===t&&(this.lanesSettling=!1),l===1){let b=t*2,v=(h=this._singleLaneMeasurements)==null?void 0:h.flat;if(!v||v.length<b){let I=new Float64Array(b);v&&p>0&&I.set(v.subarray(0,p*2)),v=I}let L=p===0?new Array(t):this._singleLaneMeasurements.items.slice(),M;if(p===0)M=n+i;else{let I=p-1;M=v[I*2]+v[I*2+1]+d}for(let I=p;I<t;I++){let ne=o(I);L[I]=ne;let X=m.get(ne),se=typeof X=="number"?X:this.options.estimateSize(I);v[I*2]=M,v[I*2+1]=se,M+=se+d}this._singleLaneMeasurements={flat:v,items:L};let z=Os(L,v);return this.measurementsCache=z,z}let w=this.measurementsCache.slice(0,p),S=new Array(l).fill(void 0),_=new Float64Array(l),C=0;for(let b=0;b<p;b++){let v=w[b];v&&(S[v.lane]===void 0&&C++,S[v.lane]=b,_[v.lane]=v.end)}for(let b=p;b<t;b++){let v=o(b),L=this.laneAssignments.get(b),M,z,I=a==="estimate"||m.has(v);if(L!==void 0&&this.options.lanes>1){M=L;let ie=S[M],Y=ie!==void 0?w[ie]:void 0;z=Y?Y.end+d:n+i}else if(C===l){let ie=0,Y=_[0],xe=S[0];for(let oe=1;oe<l;oe++){let qe=_[oe];(qe<Y||qe===Y&&S[oe]<xe)&&(ie=oe,Y=qe,xe=S[oe])}M=ie,z=Y+d,I&&this.laneAssignments.set(b,M)}else M=b%this.options.lanes,z=n+i,I&&this.laneAssignments.set(b,M);let ne=m.get(v),X=typeof ne=="number"?ne:this.options.estimateSize(b),se=z+X;w[b]={index:b,start:z,size:X,end:se,key:v,lane:M},S[M]===void 0&&C++,S[M]=b,_[M]=se}return this.measurementsCache=w,w},{key:!1,debug:()=>this.options.debug}),this.calculateRange=be(()=>[this.getMeasurements(),this.getSize(),this.getScrollOffset(),this.options.lanes,this._getLayoutTotalSize()+this.options.scrollMargin],(t,n,i,o,r)=>{if(t.length===0||n===0)return this.range=null,null;let l=Math.max(r-n,0);return this.range=Ar(t,n,Math.min(i,l),o,o===1&&this._singleLaneMeasurements!==null?this._singleLaneMeasurements.flat:null),this.range},{key:!1,debug:()=>this.options.debug}),this.getVirtualIndexes=be(()=>{let t=null,n=null,i=this.calculateRange();return i&&(t=i.startIndex,n=i.endIndex),this.maybeNotify.updateDeps([this.isScrolling,t,n]),[this.options.rangeExtractor,this.options.overscan,this.options.count,t,n,this.options.lanes]},(t,n,i,o,r,l)=>o===null||r===null?[]:t({startIndex:o,endIndex:r,overscan:n,count:i,lanes:l}),{key:!1,debug:()=>this.options.debug}),this.indexFromElement=t=>{let n=this.options.indexAttribute,i=t.getAttribute(n);return i?parseInt(i,10):(console.warn(`Missing attribute name '${n}={index}' on measured element.`),-1)},this.shouldMeasureDuringScroll=t=>{var n;if(!Qe(this.scrollState))return!0;let i=this.scrollState.index??((n=this.getVirtualItemForOffset(this.scrollState.lastTargetOffset))==null?void 0:n.index);if(i!==void 0&&this.range){let o=Math.max(this.options.overscan,Math.ceil((this.range.endIndex-this.range.startIndex)/2)),r=Math.max(0,i-o),l=Math.min(this.options.count-1,i+o);return t>=r&&t<=l}return!0},this.measureElement=t=>{if(!t){this.elementsCache.forEach((r,l)=>{r.isConnected||(this.observer.unobserve(r),this.elementsCache.delete(l))});return}let n=this.indexFromElement(t);if(!this.isIndexInRange(n))return;let i=this.options.getItemKey(n),o=this.elementsCache.get(i);o!==t&&(o&&this.observer.unobserve(o),this.observer.observe(t),this.elementsCache.set(i,t)),t.isConnected&&(!this.isScrolling||this.scrollState)&&this.shouldMeasureDuringScroll(n)&&this.resizeItem(n,this.options.measureElement(t,void 0,this))},this.resizeItem=(t,n)=>{var i,o,r;if(!this.isIndexInRange(t))return;(i=this._resizeBatch)!=null&&i.sync&&this.getMeasurements();let l,a,d,u=(o=this._singleLaneMeasurements)==null?void 0:o.flat;if(this.options.lanes===1&&u!=null)d=this.options.getItemKey(t),a=u[t*2],l=u[t*2+1];else{let p=this.measurementsCache[t];if(!p)return;d=p.key,a=p.start,l=p.size}let h=this.itemSizeCache.get(d)??l,m=n-h;if(m!==0){let p=this.options.anchorTo==="end"&&!Qe(this.scrollState)&&this.getVirtualDistanceFromEnd()<=this.options.scrollEndThreshold,w=p?this._getLayoutTotalSize():0,S=this.getScrollOffset(),C=!this.itemSizeCache.has(d)?a<S:a+h<=S&&this.scrollDirection!=="backward",b=!Qe(this.scrollState)&&(this.shouldAdjustScrollPositionOnItemSizeChange!==void 0?this.shouldAdjustScrollPositionOnItemSizeChange(this.measurementsCache[t]??{index:t,key:d,start:a,size:l,end:a+l,lane:0},m,this):C);(this.pendingMin===null||t<this.pendingMin)&&(this.pendingMin=t),this.itemSizeCache.set(d,n),this.itemSizeCacheVersion++;let v=!1;if(this._awaitingCommandReadBack()||(p?v=this.applyScrollAdjustment(this._getLayoutTotalSize()-w):b&&(v=this.applyScrollAdjustment(m))),this._resizeBatch){this._resizeBatch.notify=!0,(r=this._resizeBatch).sync||(r.sync=v);return}this.notify(v),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment()}},this.getVirtualItems=be(()=>[this.getVirtualIndexes(),this.getMeasurements(),this._holdOffset],(t,n,i)=>{let o=[];for(let r=0,l=t.length;r<l;r++){let a=t[r],d=n[a];o.push(i===0?d:{...d,start:d.start-i,end:d.end-i})}return o},{key:!1,debug:()=>this.options.debug}),this.getVirtualItemForOffset=t=>{var n;let i=this.getMeasurements();if(i.length===0)return;let o=(n=this._singleLaneMeasurements)==null?void 0:n.flat,r=this.options.lanes===1&&o!=null,l=Ws(0,i.length-1,r?a=>o[a*2]:a=>dn(i[a]).start,t);return dn(i[l])},this._noteClampMax=()=>{if(!this._awaitingCommandReadBack())return;let t=this._elementMaxScrollOffset();if(t===null)return;let n=this.pendingWrite,i=Math.max(t,0)+this._holdOffset;if(i>=n.target)return;let o=n.lowMaxes??(n.lowMaxes=[]);o[o.length-1]!==i&&o.push(i)},this.getMaxScrollOffset=()=>(this._elementMaxScrollOffset()??0)+this._holdOffset,this._toLayoutOffset=t=>{var n;let i=t+this._holdOffset;return((n=this.pendingScrollAnchor)==null?void 0:n.kind)==="anchor"&&(i+=this.pendingScrollAnchor.delta),i},this._elementMaxScrollOffset=()=>{let t=this.scrollElement;if(t===null)return null;if("scrollHeight"in t)return this.options.horizontal?t.scrollWidth-t.clientWidth:t.scrollHeight-t.clientHeight;if("document"in t){let n=t.document.documentElement;return this.options.horizontal?n.scrollWidth-t.innerWidth:n.scrollHeight-t.innerHeight}return null},this._momentumStop=null,this._stopMomentum=t=>{let n=this.scrollElement,i=this.targetWindow;if(n===null||i===null)return;let o="document"in n?n.document.scrollingElement:n;if(!o?.style)return;if(this._momentumStop){this._momentumStop.done=t;return}let{style:r}=o,l=this.options.horizontal?"overflow-x":"overflow-y",a=r.getPropertyValue(l),d=r.getPropertyPriority(l),u=()=>this.options.horizontal?o.clientHeight:o.clientWidth,h=u();if(r.setProperty(l,"hidden","important"),u()!==h){r.setProperty(l,a,d);return}let m={restore:()=>r.getPropertyValue(l)!=="hidden"||r.getPropertyPriority(l)!=="important"?!1:(r.setProperty(l,a,d),!0),done:t};this._momentumStop=m,i.requestAnimationFrame(()=>i.requestAnimationFrame(()=>{this._momentumStop===m&&(this._momentumStop=null,m.restore()&&m.done())}))},this._clampedBy=t=>{let n=this._elementMaxScrollOffset();if(n===null)return null;let i=n+this._holdOffset;return t>i+.5?{target:t,maxAtWrite:i}:null},this.getVirtualDistanceFromEnd=()=>Math.max(this._getLayoutTotalSize()+this.options.scrollMargin-this.getSize()-this.getScrollOffset(),0),this.getDistanceFromEnd=()=>Math.max(this.getMaxScrollOffset()-this.getScrollOffset(),0),this.isAtEnd=(t=this.options.scrollEndThreshold)=>this.getDistanceFromEnd()<=t,this.getOffsetForAlignment=(t,n,i=0)=>{if(!this.scrollElement)return 0;let o=this.getSize(),r=this.getScrollOffset();n==="auto"&&(n=t>=r+o?"end":"start"),n==="center"?t+=(i-o)/2:n==="end"&&(t-=o);let l=this.getMaxScrollOffset();return Math.max(Math.min(l,t),0)},this.getOffsetForIndex=(t,n="auto")=>{t=Math.max(0,Math.min(t,this.options.count-1));let i=this.getSize(),o=this.getScrollOffset(),r=this.getMeasurements()[t];if(!r)return;if(n==="auto")if(r.end>=o+i-this.options.scrollPaddingEnd)n="end";else if(r.start<=o+this.options.scrollPaddingStart)n="start";else return[o,n];if(n==="end"&&t===this.options.count-1){let a=this.getMaxScrollOffset(),d=a-this.options.paddingEnd+this.options.scrollPaddingEnd;return[Math.max(Math.min(d,a),0),n]}let l=n==="end"?r.end+this.options.scrollPaddingEnd:r.start-this.options.scrollPaddingStart;return[this.getOffsetForAlignment(l,n,r.size),n]},this.scrollToOffset=(t,{align:n="start",behavior:i="auto"}={})=>{this._startScroll({index:null,align:n},this.getOffsetForAlignment(t,n),i,"absolute")},this.scrollToIndex=(t,{align:n="auto",behavior:i="auto"}={})=>{t=Math.max(0,Math.min(t,this.options.count-1));let o=this.getOffsetForIndex(t,n);if(!o)return;let[r,l]=o;this._startScroll({index:t,align:l},r,i,"absolute")},this.scrollBy=(t,{behavior:n="auto"}={})=>{let i=this.getOffsetForAlignment((this.getCommandWrittenOffset()??this.getScrollOffset())+t,"start");this._startScroll({index:null,align:"start"},i,n,"relative")},this.scrollToEnd=({behavior:t="auto"}={})=>{if(this.options.count>0){this._startScroll({index:this.options.count-1,align:"end",toEnd:!0},Math.max(this.getMaxScrollOffset(),0),t,"absolute");return}this.scrollToOffset(Math.max(this.getTotalSize()-this.getSize(),0),{behavior:t})},this.cancelScroll=()=>{this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null},this.getTotalSize=()=>Math.max(this._getLayoutTotalSize()-this._holdOffset,0),this._getLayoutTotalSize=()=>{var t,n;let i=this.getMeasurements(),o;if(i.length===0)o=this.options.paddingStart;else if(this.options.lanes===1){let r=i.length-1,l=(t=this._singleLaneMeasurements)==null?void 0:t.flat;l!=null?o=l[r*2]+l[r*2+1]:o=((n=i[r])==null?void 0:n.end)??0}else{let r=Array(this.options.lanes).fill(null),l=i.length-1;for(;l>=0&&r.some(a=>a===null);){let a=i[l];r[a.lane]===null&&(r[a.lane]=a.end),l--}o=Math.max(...r.filter(a=>a!==null))}return Math.max(o-this.options.scrollMargin+this.options.paddingEnd,0)},this.takeSnapshot=()=>{let t=[];if(this.itemSizeCache.size===0)return t;let n=this.getMeasurements();for(let i of n)i&&this.itemSizeCache.has(i.key)&&t.push({index:i.index,key:i.key,start:i.start,size:i.size,end:i.end,lane:i.lane});return t},this._scrollToOffset=(t,{adjustments:n,behavior:i}={})=>{let o={target:t+(n??0),smooth:i==="smooth"};return this.pendingWrite=o,this.options.scrollToFn(t-this._holdOffset,{behavior:i,adjustments:n},this),o},this.getCommandWrittenOffset=()=>this.scrollState!==null&&this.pendingWrite!==null&&!this.pendingWrite.smooth?this.pendingWrite.target:null,this._awaitingCommandReadBack=()=>{let t=this.getCommandWrittenOffset();return!(Ye()&&this._iosGesture.dragging())&&t!==null&&!ee(t,this.getScrollOffset())},this._followOffsetTarget=t=>{this.scrollState!==null&&this.scrollState.index==null&&(this.scrollState.lastTargetOffset+=t)},this.measure=()=>{this.pendingMin=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.itemSizeCacheVersion++,this.notify(!1)},this.setOptions(e)}get scrollAdjustments(){return 0}applyScrollAdjustment(e,t){if(e===0)return!1;if(this._followOffsetTarget(e),this._canWriteScroll()){let n=this.getScrollOffset();this._clampedAdjustment=this._clampedBy(n+e);let i=this._scrollToOffset(n,{adjustments:e,behavior:t});return this.scrollOffset!==null&&(this.pendingWrite===i&&(this.scrollOffset+=e),this.scrollOffset<0&&(this.scrollOffset=0)),!0}else return this._holdOffset+=e,this.scrollOffset!==null&&(this.scrollOffset+=e),!0}scheduleScrollReconcile(){if(!this.targetWindow){this.scrollState=null;return}this.rafId==null&&(this.rafId=this.targetWindow.requestAnimationFrame(()=>{this.rafId=null,this.reconcileScroll()}))}getScrollStateTarget(e){let t=e.toEnd?[Math.max(this.getMaxScrollOffset(),0)]:e.index!=null?this.getOffsetForIndex(e.index,e.align):void 0;return t?t[0]:e.lastTargetOffset}reconcileScroll(){if(!this.scrollState||!this.scrollElement)return;if(this.now()-this.scrollState.startedAt>5e3){this.scrollState=null;return}if(this.scrollState.phase==="queued"){this.scheduleScrollReconcile();return}this.getMeasurements();let n=this.getScrollStateTarget(this.scrollState),i=this.scrollState.index==null?1:this.options.useAnimationFrameWithResizeObserver?3:2,o=n!==this.scrollState.lastTargetOffset;if(!o&&ee(n,this.getScrollOffset())){if(this.scrollState.phase==="smooth"?this.scrollState.phase="smoothLanded":this.scrollState.phase==="smoothFinishing"&&(this.scrollState.phase="instant"),this.scrollState.stableFrames++,this.scrollState.stableFrames>=i){this.getScrollOffset()!==n&&this._scrollToOffset(n,{behavior:"auto"}),this.scrollState=null;return}}else if(this.scrollState.stableFrames=0,o){let r=this.getSize()||600,l=Math.abs(n-this.getScrollOffset()),a=Qe(this.scrollState)&&l>r;this.scrollState.lastTargetOffset=n,a?this.scrollState.phase="smooth":this.scrollState.phase==="smooth"?this.scrollState.phase="smoothFinishing":this.scrollState.phase==="smoothLanded"&&(this.scrollState.phase="instant"),this._scrollToOffset(n,{behavior:a?"smooth":"auto"})}this.scheduleScrollReconcile()}_startScroll(e,t,n,i){this.pendingScrollAnchor=null,this._clampedAdjustment=null;let o=this._iosGesture.tail();if(i==="absolute"&&o!==null){if(o==="fling"&&Ns()){this._stopMomentum(()=>{let r=this.scrollState;r?.phase!=="queued"||this._iosGesture.tail()!=="fling"||this._reportedOverscroll||(this._iosGesture.end(),this._flushHoldIfReady(!0),this._writeAwaitingCommand())}),this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,phase:"queued",behavior:n,samples:[]},this.scheduleScrollReconcile();return}this._iosGesture.end()}this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,behavior:n,phase:Fs(n,e.index!=null&&ee(t,this.getScrollOffset()))},this._scrollToOffset(t,{behavior:n}),this.scheduleScrollReconcile()}},Ws=(s,e,t,n)=>{for(;s<=e;){let i=(s+e)/2|0,o=t(i);if(o<n)s=i+1;else if(o>n)e=i-1;else return i}return s>0?s-1:0};function Or(s,e,t){let n=0;for(;n<=e;){let i=(n+e)/2|0,o=s[i*2];if(o<t)n=i+1;else if(o>t)e=i-1;else return i}return n>0?n-1:0}function Ar(s,e,t,n,i){let o=s.length-1;if(s.length<=n)return{startIndex:0,endIndex:o};if(n===1&&i!==null){let d=Or(i,o,t),u=d,h=t+e;for(;u<o&&i[u*2]+i[u*2+1]<h;)u++;return{startIndex:d,endIndex:u}}let l=Ws(0,o,d=>s[d].start,t),a=l;if(n===1)for(;a<o&&s[a].end<t+e;)a++;else if(n>1){let d=Array(n).fill(0);for(;a<o&&d.some(h=>h<t+e);){let h=s[a];d[h.lane]=h.end,a++}let u=Array(n).fill(t+e);for(;l>=0&&u.some(h=>h>=t);){let h=s[l];u[h.lane]=h.start,l--}l=Math.max(0,l-l%n),a=Math.min(o,a+(n-1-a%n))}return{startIndex:l,endIndex:a}}var hn=[["check","Selected",null],["state","State","state"],["number","#","number"],["name","Task","name"],["worker","Worker","worker"],["now","Now","note"],["time","Time","time"],["doing","Actions",null]],Rr=16,kt=class{constructor(e,t){this.rowModel=e;this.events=t;this.node=c("div","scl-row scl-header",{role:"row","aria-rowindex":"1"});for(let[n,[i,o,r]]of hn.entries())this.node.append(this.columnHead(n,i,o,r))}node;heads=new Map;draw(){let{key:e,descending:t}=this.rowModel.sort;for(let[n,i]of this.heads)O(i,"aria-sort",n===e?t?"descending":"ascending":"none")}columnHead(e,t,n,i){let o=c("div",`scl-cell scl-c-${t}`,{role:"columnheader","aria-colindex":String(e+1)});if(i===null)return o.append(c("span","scl-unseen",{},n)),o;let r=i==="state",l=c("button","scl-sort",{type:"button",tabindex:r?"0":"-1",title:`Sort by ${n.toLowerCase()}`},c("span",r?"scl-unseen":"",{},n));return l.addEventListener("click",()=>{this.rowModel.sortBy(i),this.events.changed()}),l.addEventListener("keydown",a=>{this.onHeadKey(a,l)}),o.append(l),i==="name"&&o.append(this.resizer()),this.heads.set(i,o),o}onHeadKey(e,t){if(e.key!=="ArrowLeft"&&e.key!=="ArrowRight")return;e.preventDefault();let n=e.key==="ArrowLeft"?-1:1;if(e.shiftKey){this.events.resize(n*Rr);return}let i=[...this.node.querySelectorAll(".scl-sort")].filter(r=>r.offsetParent!==null),o=i[i.indexOf(t)+n];o!==void 0&&(t.tabIndex=-1,o.tabIndex=0,o.focus())}resizer(){let e=c("span","scl-resizer",{"aria-hidden":"true",title:"Drag to resize; double-click to fit"}),t=null;return e.addEventListener("pointerdown",n=>{t=n.clientX,e.setPointerCapture(n.pointerId),n.preventDefault()}),e.addEventListener("pointermove",n=>{t!==null&&(this.events.resize(n.clientX-t),t=n.clientX)}),e.addEventListener("pointerup",()=>{t=null}),e.addEventListener("dblclick",()=>{this.events.resize(null)}),e}};var De=["number","worker","arguments"];function Gs(s){return s<400?"narrow":s<560?"middle":"wide"}function He(s){return s==="narrow"?44:28}function Ze(s){return s==="narrow"?0:26}var _r=56,qs=10,Bs=4,St=class{columns=qs;get width(){return this.columns}reset(){this.columns=qs}fit(e){let t=Math.min(_r,Math.ceil(e/Bs)*Bs);return t<=this.columns?!1:(this.columns=t,!0)}};var Lr=500,Et=class{constructor(e){this.store=e}numbers=[];madeOf=-1;madeAt=-1/0;before(e){let t=performance.now();if(this.madeOf!==this.store.revision&&t-this.madeAt>=Lr){this.numbers=[];for(let o of this.store.rows)U(o.status)&&this.numbers.push(o.number);this.madeOf=this.store.revision,this.madeAt=t}let n=0,i=this.numbers.length;for(;n<i;){let o=n+i>>1;(this.numbers[o]??1/0)<e?n=o+1:i=o}return n}};var Ir=6,pn=12,Ks=10,Nr=.58,Pr=48,$r="42%",Tt=class{constructor(e,t,n,i,o,r){this.store=e;this.rowModel=t;this.pending=n;this.glimpses=i;this.view=o;this.events=r;this.queue=new Et(e),this.header=new kt(t,{changed:r.changed,resize:l=>{this.resizeNames(l)}}),this.body=c("div","scl-body",{role:"rowgroup"}),this.empty=c("div","scl-empty"),this.node=c("div","scl-grid",{role:"grid",tabindex:"0","aria-label":"Tasks","aria-multiselectable":"true","aria-colcount":String(hn.length)},c("div","scl-headgroup",{role:"rowgroup"},this.header.node),this.body),this.node.addEventListener("keydown",this.onKey),this.body.addEventListener("click",this.onClick),this.body.addEventListener("dblclick",this.onDoubleClick),this.body.addEventListener("contextmenu",this.onMenu),this.body.addEventListener("pointerenter",()=>{this.rowModel.hold(!0)}),this.body.addEventListener("pointerleave",this.release),this.virtualizer=new xt({count:0,getScrollElement:()=>this.node,estimateSize:()=>He(this.room),scrollPaddingStart:Ze(this.room),overscan:Ir,initialRect:{width:0,height:He(this.room)*pn},observeElementRect:Ds,observeElementOffset:Hs,scrollToFn:js,onChange:()=>{this.draw()}}),this.unmount=this.virtualizer._didMount(),this.virtualizer._willUpdate(),this.resized=new ResizeObserver(()=>{this.measure()}),this.resized.observe(this.node)}node;body;empty;header;pool=[];nameColumn=new St;queue;resized;room="wide";virtualizer;unmount;idStem=Me("row");count=-1;get emptyNote(){return this.empty}dispose(){this.unmount(),this.resized.disconnect()}measure(){let e=Gs(this.node.clientWidth),t=this.node.clientHeight-Ze(e);this.rowModel.roomFor(Math.max(pn,Math.floor(t/He(e)))),this.view.noteHeight(this.node.style.height),e!==this.room&&(this.room=e,this.count=-1,this.virtualizer.setOptions({...this.virtualizer.options,scrollPaddingStart:Ze(e)}),this.virtualizer.measure()),this.events.changed()}resizeNames(e){let t=this.header.node.querySelector(".scl-c-name"),n=this.view.nameWidth??t?.offsetWidth??0;this.view.nameWidth=e===null?null:Math.max(Pr,n+e),this.events.changed()}draw(){let e=this.rowModel.ids,{room:t}=this;if(e.length!==this.count){this.count=e.length,this.virtualizer.setOptions({...this.virtualizer.options,count:e.length}),this.virtualizer._willUpdate(),O(this.node,"aria-rowcount",String(e.length+1)),this.body.style.height=`${e.length*He(t)}px`;let o=Math.min(Math.max(e.length,1),pn)*He(t);this.node.style.setProperty("--scl-rows-high",`${o+Ze(t)+2}px`)}this.node.dataset.room=t;for(let o of De)this.node.classList.toggle(`scl-has-${o}`,this.view.shows(o));this.header.draw(),this.drawRows(e);let{nameWidth:n}=this.view,i=n===null?`min(${this.nameColumn.width*Nr+3}em, ${$r})`:`${n}px`;this.node.style.getPropertyValue("--scl-names")!==i&&this.node.style.setProperty("--scl-names",i)}drawRows(e){let t=this.virtualizer.getVirtualItems(),n=this.store.now(),i=0,o=null,r=this.rowModel.groupsAreListed&&this.store.hasGroups;O(this.node,"role",r?"treegrid":"grid");for(let l of t){let a=e[l.index];if(a===void 0||(this.store.get(a)??this.store.group(a))===void 0)continue;let d=this.viewAt(i);i+=1;let u=a===this.rowModel.active;u&&(o=d.node.id),this.drawRow(d,a,{index:l.index,top:l.start,now:n,isActive:u,isSelected:this.rowModel.isSelected(a),level:r?this.levelOf(a):null,isOver:this.store.phase==="ended",canKill:this.store.engine?.canStopRunning??!1}),this.nameColumn.fit(d.wants)}for(let l of this.pool.splice(i))l.node.remove();O(this.node,"aria-activedescendant",o)}drawRow(e,t,n){let i=this.store.get(t);if(i!==void 0){let r=i.status==="queued"&&i.detail==="";e.update(i,{...n,isPending:this.pending.has(t),glimpse:this.glimpses.of(i),isBelow:n.level===2||this.rowModel.isOneGroup,before:r?this.queue.before(i.number):null});return}let o=this.store.group(t);o!==void 0&&e.updateGroup(o,{...n,isFolded:this.rowModel.isFolded(o)})}levelOf(e){let t=this.store.groupOf(e);return t!==null&&t.size>1?2:1}viewAt(e){let t=this.pool[e];return t===void 0&&(t=new gt(`${this.idStem}-${e}`),this.pool.push(t),this.body.append(t.node)),t}reveal(){let e=this.rowModel.indexOf(this.rowModel.active);e>=0&&this.virtualizer.scrollToIndex(e,{align:"auto"})}release=()=>{this.rowModel.hold(!1),this.events.changed()};onClick=e=>{let[t,n]=this.target(e);if(t===null)return;if(this.store.get(t)===void 0&&(n==="stop"||n==="kill"||n==="retry")){this.actOnGroup(t,n);return}if(n==="fold"){this.rowModel.active=t,this.toggleFold(t),this.events.changed();return}if(n==="stop"||n==="kill"){this.events.stop([t],n==="kill");return}if(n==="retry"){this.events.retry([t]);return}n==="details"?(this.rowModel.selectOnly(t),this.events.toggleDetails(t)):e.shiftKey?this.rowModel.extendTo(t):e.ctrlKey||e.metaKey||n==="check"?this.rowModel.toggle(t):this.rowModel.selectOnly(t),this.events.changed()};onMenu=e=>{let[t]=this.target(e);t!==null&&!this.rowModel.isSelected(t)&&(this.rowModel.selectOnly(t),this.events.changed())};onDoubleClick=e=>{let[t,n]=this.target(e);t!==null&&n===""&&this.open(t)};open(e){ae(e)?(this.toggleFold(e),this.events.changed()):this.events.toggleDetails(e)}toggleFold(e){let t=this.store.group(e);t!==void 0&&this.rowModel.fold(e,!this.rowModel.isFolded(t))}actOnGroup(e,t){let n=this.store.group(e);if(n!==void 0)switch(t){case"stop":this.events.stop(et(n.rows),!1);break;case"kill":{let i=this.store.now()-Fe;this.events.stop(et(n.stillCancelling(i)),!0);break}case"retry":this.events.retry(et(n.rows));break}}target(e){if(!(e.target instanceof Element))return[null,""];let t=e.target.closest(".scl-row"),n=this.pool.find(r=>r.node===t),i=e.target.closest("[data-do]")?.dataset.do,o=e.target.closest(".scl-c-check")!==null;return[n?.id??null,i??(o?"check":"")]}onKey=e=>{e.target!==this.node||e.altKey||this.pressed(e)&&(e.preventDefault(),e.stopPropagation(),this.events.changed())};pressed(e){let t=Fr.get(e.key);if(e.ctrlKey||e.metaKey)return e.key.toLowerCase()==="a"?(this.rowModel.selectAll(),!0):t!==void 0&&this.move(t,e.shiftKey,!0);if(t!==void 0)return this.move(t,e.shiftKey,!1);let{active:n}=this.rowModel;if(e.key==="ArrowRight"||e.key==="ArrowLeft")return this.alongTree(n,e.key==="ArrowRight");let i=this.keys[e.key==="Delete"&&e.shiftKey?"C":e.key];return i?.(n),i!==void 0}keys={" ":e=>{e!==null&&this.rowModel.toggle(e)},Enter:e=>{e!==null&&this.open(e)},c:()=>{this.stopSelected(!1)},Delete:()=>{this.stopSelected(!1)},Backspace:()=>{this.stopSelected(!1)},C:()=>{this.stopSelected(!0)},X:()=>{this.events.stopQueued()},R:()=>{this.events.retry(et(this.rowModel.meant))},"*":()=>{this.rowModel.selectAll()},f:()=>{this.rowModel.cycleStatus(1)},F:()=>{this.rowModel.cycleStatus(-1)},s:()=>{this.rowModel.cycleSort()},S:()=>{this.rowModel.reverseSort()},"/":()=>{this.events.search()},"?":()=>{this.events.help()},Escape:()=>{this.rowModel.clearSelection()}};move(e,t,n){let{rowModel:i}=this,o=i.active,r=i.move(e);return r!==null&&t?(o!==null&&i.selectedCount===0&&i.selectOnly(o),i.extendTo(r)):r!==null&&!n&&i.selectOnly(r),this.reveal(),!0}alongTree(e,t){let{rowModel:n}=this;if(e===null||!n.groupsAreListed||!this.store.hasGroups)return!1;let i=this.store.group(e),o=i!==void 0&&!n.isFolded(i);return i!==void 0&&t!==o?n.fold(e,!t):i!==void 0&&t?this.goTo(n.move(1)):i===void 0&&!t&&this.levelOf(e)>1&&this.goTo(this.store.groupOf(e)?.id??null),!0}goTo(e){e!==null&&(this.rowModel.selectOnly(e),this.reveal())}stopSelected(e){this.events.stop(et(this.rowModel.meant),e)}};function et(s){return s.map(e=>e.id)}function Us(s,e){y(s.emptyNote,e),s.emptyNote.hidden=e===""}var Fr=new Map([["ArrowUp",-1],["ArrowDown",1],["k",-1],["j",1],["g",-1/0],["G",1/0],["PageUp",-Ks],["PageDown",Ks],["Home",-1/0],["End",1/0]]);var zr=[["↑ ↓, j k","to the next or previous row; with Shift, select several"],["Home End, g G","to the first or last row"],["Space","select the row too, or no longer"],["Ctrl+A, *","select all"],["Enter","details of the task; open or close the group"],["← →","close or open the group"],["c, Delete","cancel: interrupt, then kill after the grace period"],["C, Shift+Delete","kill at once"],["X","cancel all that are queued"],["R","retry the failed and cancelled ones, as new tasks"],["/","search"],["f F","list only one state: the next, the previous"],["s S","sort by the next column; reverse the order"],["Esc","clear the selection"],["?","these keys"]],Mt=class{constructor(e){this.leave=e;let t=R("scl-shut","✕",()=>{this.close()});t.setAttribute("aria-label","Close the list of keys");let n=c("dl","scl-keys");for(let[i,o]of zr)n.append(c("dt","",{},i),c("dd","",{},o));this.node=c("div","scl-help",{role:"dialog","aria-label":"Keys",tabindex:"-1"},c("div","scl-pane-head",{},c("strong","",{},"Keys"),t),n),this.node.hidden=!0,this.node.addEventListener("keydown",i=>{(i.key==="Escape"||i.key==="?"||i.key==="q")&&(i.preventDefault(),this.close())})}node;open(){this.node.hidden=!1,this.node.focus()}close(){let e=de(this.node);this.node.hidden=!0,e&&this.leave()}};var Vs=[["number",s=>s.number],["name",s=>s.name],["state",s=>s.status],["worker",s=>s.worker],["submitted",s=>fn(s.submittedAt)],["started",s=>fn(s.startedAt)],["ended",s=>fn(s.endedAt)],["seconds",Dr],["attempt",s=>s.attempt],["error",s=>s.error],["cancel",s=>s.cancelResolution],["id",s=>s.id]];function mn(s,e){let t=e==="tsv"?"	":",",n=r=>r.map(l=>jr(l,e)).join(t),i=n(Vs.map(([r])=>r)),o=s.map(r=>n(Vs.map(([,l])=>l(r))));return`${[i,...o].join(`
`)}
`}function Dr({startedAt:s,endedAt:e}){return s===null||e===null?null:Number((e-s).toFixed(6))}function fn(s){return s===null?"":new Date(s*1e3).toISOString()}var Hr=/^[=+\-@\t\r]/;function jr(s,e){if(s===null||typeof s=="number")return String(s??"");let t=Hr.test(s)?`'${s}`:s;return e==="tsv"?t.replace(/[\t\r\n]+/g," "):/[",\r\n]/.test(t)?`"${t.replaceAll('"','""')}"`:t}var Ct=class{constructor(e,t){this.sections=t;let n=Me("menu");this.button=c("button","scl-act scl-dots",{type:"button",title:e,"aria-label":e,"aria-haspopup":"menu","aria-expanded":"false","aria-controls":n}),this.list=c("div","scl-menu",{role:"menu",id:n,"aria-label":e,popover:"manual"}),this.list.hidden=!0,this.node=c("div","scl-menu-frame",{},this.button,this.list),this.button.addEventListener("click",()=>{this.list.hidden?this.open():this.close()}),this.node.addEventListener("keydown",this.onKey),this.node.addEventListener("focusout",i=>{i.relatedTarget instanceof Node&&this.node.contains(i.relatedTarget)||this.close()})}node;button;list;open(){this.list.replaceChildren(...this.sections().map(e=>this.section(e))),this.list.hidden=!1,this.button.setAttribute("aria-expanded","true"),Wr(this.list,this.button),this.items[0]?.focus()}close(){if(this.list.hidden)return;let e=de(this.list);typeof this.list.hidePopover=="function"&&this.list.hidePopover(),this.list.hidden=!0,this.button.setAttribute("aria-expanded","false"),e&&this.button.focus()}section(e){let t=e.map(n=>this.item(n));return c("div","scl-menu-section",{role:"group"},...t)}item({id:e,label:t,isOn:n,isEnabled:i,isDanger:o,act:r}){let l=c("button","scl-menu-item",{type:"button",tabindex:"-1",role:n===void 0?"menuitem":"menuitemcheckbox","data-item":e},t);return n!==void 0&&l.setAttribute("aria-checked",String(n)),l.disabled=i===!1,l.classList.toggle("scl-danger",o===!0),l.addEventListener("click",()=>{this.close(),r()}),l}get items(){return[...this.list.querySelectorAll(".scl-menu-item:enabled")]}onKey=e=>{if(this.list.hidden)return;let{items:t}=this,n=t.findIndex(o=>o===e.target),i=qr[e.key]?.(n,t.length);if(i!==void 0)t[i]?.focus();else if(e.key==="Escape"||e.key==="Tab")this.close();else return;e.preventDefault()}};function Wr(s,e){if(typeof s.showPopover!="function")return;s.showPopover();let{left:t,right:n,top:i,bottom:o}=e.getBoundingClientRect(),{offsetWidth:r,offsetHeight:l}=s,a=document.documentElement,d=Math.max(4,Math.min(n-r,a.clientWidth-r-4)),u=o+l+4<=a.clientHeight||i<l;s.style.left=`${t<0?4:d}px`,s.style.top=`${Math.max(4,u?o+2:i-l-2)}px`}var qr={ArrowDown:(s,e)=>(s+1)%e,ArrowUp:(s,e)=>(s+e-1)%e,Home:()=>0,End:(s,e)=>e-1};var Br=["failed","running","cancelling","queued","waiting","retrying","cancelled","succeeded"],Gr={number:"Column: number",worker:"Column: worker",arguments:"Arguments beside the name"},Kr=[["state","Sort by state"],["number","Sort by number"],["name","Sort by name"],["time","Sort by time"]],Ot=class{constructor(e,t,n,i,o){this.store=e;this.rowModel=t;this.view=n;this.commands=i;this.events=o;this.bar.node.setAttribute("role","img");let r=c("div","scl-chips",{role:"group","aria-label":"List only"});for(let a of Br)r.append(this.chip(a));this.stopSelected=R("scl-stop-selected","Cancel",()=>{i.stop(t.selectedStoppable)}),this.retrySelected=R("scl-retry-selected","Retry",()=>{i.retry(t.selected.map(({id:a})=>a))}),this.selection.append(this.selected,this.stopSelected,this.retrySelected),this.search=this.searchField();let l=new Ct("More",()=>this.menuItems());this.node=c("div","scl-head",{},c("div","scl-line",{},this.title,this.bar.node,this.summary,this.search,l.node),c("div","scl-tools",{},r))}node;title=c("span","scl-title");summary=c("span","scl-headline");bar=new ue;chips=new Map;selection=c("div","scl-selection");selected=c("span");stopSelected;retrySelected;search;headline=new $e;draw(){let{store:e,rowModel:t}=this,{counts:n}=e;y(this.title,f(e.engine?.label??"tasks")),this.title.title=this.title.textContent,y(this.summary,this.headline.of(e)),this.summary.title=Z(n);let i=Z(n);O(this.bar.node,"aria-label",i===""?"no tasks yet":i),this.bar.draw(n);for(let[o,r]of this.chips){y(r.n,T(n[o]));let l=t.filter.has(o);O(r.node,"aria-pressed",String(l)),r.node.classList.toggle("scl-none",n[o]===0&&!l)}this.drawSelection(),document.activeElement!==this.search&&this.search.value!==t.query&&(this.search.value=t.query)}drawSelection(){let{rowModel:e}=this,t=e.selectedCount,n=t>1&&this.store.phase!=="ended";this.selection.hidden=!n,n&&(y(this.selected,`${T(t)} selected`),this.stopSelected.disabled=e.selectedStoppableCount===0,this.retrySelected.disabled=e.selectedRetriableCount===0)}menuItems(){let{rowModel:e,store:t,view:n}=this,{isFiltered:i}=e,o=i?" listed":"",{counts:r}=t,l=Be(r),a=t.phase==="ended",d=m=>i||m<2?"":` (${T(m)})`,{changed:u}=this.events,h=[{id:"timeline",label:"Timeline",isOn:n.timeline,act:()=>{n.timeline=!n.timeline,u()}}];t.hasGroups&&h.push({id:"groups",label:"Groups",isOn:e.groupsAreWanted,act:()=>{n.listGroups(!e.groupsAreWanted),u()}});for(let m of De)h.push({id:`column-${m}`,label:Gr[m],isOn:n.shows(m),act:()=>{n.toggleColumn(m),u()}});return[[{id:"cancel-queued",label:`Cancel${o} queued${d(l)}`,isEnabled:!a&&l>0,act:()=>{this.commands.stopQueued()}},{id:"cancel-all",label:i?"Cancel listed":`Cancel all${d(l+r.running)}`,isEnabled:!a&&l+r.running>0,isDanger:!0,act:()=>{this.commands.stopListed()}}],h,Kr.map(([m,p])=>({id:`sort-${m}`,label:p,isOn:e.sort.key===m,act:()=>{e.sortBy(m),u()}})),this.outputItems()]}outputItems(){let{rowModel:e,store:t}=this,{changed:n,notice:i}=this.events;return[{id:"copy",label:"Copy the listed tasks",act:()=>{let o=mn(e.listedRows,"tsv");Te(o).then(()=>{i(`Copied ${$(e.listedRows.length)}`)},()=>{i("The browser does not allow to copy here")})}},{id:"export",label:"Export the listed tasks (CSV)",act:()=>{ct("tasks.csv",mn(e.listedRows,"csv"))}},e.clearedCount===0?{id:"clear",label:"Hide what is done",isEnabled:t.settled>0,act:()=>{e.clearDone(),n()}}:{id:"clear",label:`Show ${$(e.clearedCount)} again`,act:()=>{e.showAll(),n()}},{id:"help",label:"Keys (?)",act:this.events.help}]}chip(e){let t=c("span","scl-n"),n=c("button","scl-chip",{type:"button","data-status":e,"aria-pressed":"false",title:e},c("span","scl-icon",{"aria-hidden":"true"},W[e]),t,c("span","scl-chip-word",{},e));return n.addEventListener("click",()=>{this.rowModel.toggleStatus(e),this.events.changed()}),this.chips.set(e,{node:n,n:t}),n}focusSearch(){this.search.focus()}searchField(){let e=c("input","scl-search",{type:"search",placeholder:"Search","aria-label":"Search tasks by name, worker, number or error",spellcheck:"false"});return e.addEventListener("input",()=>{this.rowModel.find(e.value),this.events.changed()}),e.addEventListener("keydown",t=>{t.key==="Escape"&&e.value!==""&&(e.value="",this.rowModel.find(""),this.events.changed())}),e}};var Ur={cancelled:"rising",cancelling:"upright",failed:"falling"};function Js(s,e){let t=c("span","",{"aria-hidden":"true"});t.hidden=!0,s.append(t);let n=getComputedStyle(t),i=a=>(t.style.color=a,n.color),o=a=>Object.fromEntries(k.map(d=>[d,a(d)])),r=(a,d)=>i(`color-mix(in srgb, var(--scl-${a}) ${d}%, var(--scl-raised))`),l={fill:o(a=>{let d=Ur[a],u=r(a,a==="succeeded"?38:30);return d===void 0?u:Vr(e,u,r(a,55),d)??u}),text:o(()=>i("var(--scl-ink)")),ink:i("var(--scl-ink)"),line:i("var(--scl-line)"),font:`11px ${n.fontFamily}`};return t.remove(),l}var q=6;function Vr(s,e,t,n){let i=document.createElement("canvas");i.width=q,i.height=q;let o=i.getContext("2d");if(o===null)return null;if(o.fillStyle=e,o.fillRect(0,0,q,q),o.strokeStyle=t,o.lineWidth=1.5,o.beginPath(),n==="upright")o.moveTo(q/2,0),o.lineTo(q/2,q);else{let r=n==="falling"?1:-1;for(let l of[-q,0,q])o.moveTo(l-1,q/2-r*(q+2)/2),o.lineTo(l+q+1,q/2+r*(q+2)/2)}return o.stroke(),s.createPattern(i,"repeat")}var Jr=64,gn=1e-4,Xr=8,Xs=1,tt=class{constructor(e){this.store=e}lanesMade=[];madeOf=-1;dearUntil=0;total=0;extent=null;chosen=null;get lanes(){if(this.madeOf!==this.store.revision&&performance.now()>=this.dearUntil){let e=performance.now();this.make(),this.madeOf=this.store.revision;let t=performance.now()-e;this.dearUntil=t<2?0:e+t*(1+Xr)}return this.lanesMade}get workerCount(){return this.total}get isBehind(){return this.madeOf!==this.store.revision}make(){let e=new Map,t=1/0,n=-1/0;for(let i of this.store.rows){let o=Yr(i);if(o===null)continue;let r=e.get(i.worker);r===void 0&&(r=[],e.set(i.worker,r)),r.push(o),t=Math.min(t,o.start),n=Math.max(n,o.end??o.start)}this.total=e.size,this.extent=t<=n?{from:t,to:n}:null,this.lanesMade=[...e].sort(([i],[o])=>i.localeCompare(o,"en",{numeric:!0})).slice(0,Jr).map(([i,o])=>({worker:i,spans:o.sort((r,l)=>r.start-l.start)}))}get whole(){let{extent:e}=this,t=this.store.now();if(e===null)return{from:t-1,to:t};let{running:n,cancelling:i}=this.store.counts,o=n+i>0?Math.max(t,e.to):e.to;return{from:e.from,to:Math.max(o,e.from+gn)}}get range(){return this.chosen??this.whole}get isZoomed(){return this.chosen!==null}fit(){this.chosen=null}zoom(e,t){let{from:n,to:i}=this.range,o=Math.max((i-n)/e,gn),r=(t-n)/(i-n);this.show(t-r*o,o)}pan(e){let{from:t,to:n}=this.range;this.show(t+e*(n-t),n-t)}reveal(e){let{from:t,to:n}=this.range,i=e.end??this.store.now();if(e.start<t||i>n){let o=Math.max(n-t,(i-e.start)*1.2);this.show((e.start+i-o)/2,o)}}show(e,t){let{whole:n}=this,i=n.to-n.from;if(t>=i){this.chosen=null;return}let o=Math.min(Math.max(e,n.from),n.to-t);this.chosen={from:o,to:o+t}}bars(e,t){let{from:n,to:i}=this.range,o=this.store.now(),r=t/(i-n),l=[];for(let a=Ys(e.spans,n);a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>i)break;let u=Math.max((d.start-n)*r,0),h=Math.min(((d.end??o)-n)*r,t);if(h-u>=Xs){l.push({left:u,right:h,status:d.status,id:d.id,count:1});continue}let m=Math.floor(u),p={left:m,right:m+Xs},w=l.at(-1);if(w?.left===m&&w.right===p.right){let S=w.count+1;l[l.length-1]={...p,...Qr(w,d),count:S}}else l.push({...p,status:d.status,id:d.id,count:1})}return l}at(e,t,n){let i=this.store.now(),o=null,r=n,l=Ys(e.spans,t-n);for(let a=l;a<e.spans.length;a+=1){let d=e.spans[a];if(d===void 0||d.start>t+n)break;let u=Math.max(d.start-t,t-(d.end??i),0);(u<r||u===0&&r===0)&&(o=d,r=u)}return o}ticks(e){let{from:t,to:n}=this.range,i=this.whole.from,o=el((n-t)/Math.max(e,1)),r=[];for(let l=Math.ceil((t-i)/o);i+l*o<=n;l+=1)r.push({at:i+l*o,since:l*o});return r}};function Yr(s){return s.startedAt===null?null:{id:s.id,start:s.startedAt,end:s.endedAt,status:s.status}}function Ys(s,e){let t=0,n=s.length;for(;t<n;){let i=t+n>>1;(s[i]?.end??1/0)<e?t=i+1:n=i}return t}function Qr(s,e){let{status:t,id:n}=k.indexOf(e.status)<k.indexOf(s.status)?e:s;return{status:t,id:n}}var Zr=[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,21600,43200,86400];function el(s){if(s<1){let e=10**Math.floor(Math.log10(Math.max(s,gn)));return[1,2,5,10].map(t=>t*e).find(t=>t>=s)??1}return Zr.find(e=>e>=s)??Math.ceil(s/86400)*86400}var nt=18,st=14,tl=16,nl=80,sl=44,Qs=3,il=14,ol=44,je=1.6,rl=90,ll="Arrow keys go from task to task, + and - zoom, 0 shows all, Enter selects.",At=class{constructor(e,t,n){this.root=e;this.store=t;this.events=n;this.timeline=new tt(t),this.area=c("div","scl-tl-area",{role:"application",tabindex:"0","aria-label":"Timeline of the workers","aria-description":ll},this.names,this.canvas);let i=()=>{let{from:l,to:a}=this.timeline.range;return(l+a)/2},o=R("scl-tl-zoom","−",()=>{this.zoom(1/je,i())}),r=R("scl-tl-zoom","+",()=>{this.zoom(je,i())});o.setAttribute("aria-label","Zoom out"),r.setAttribute("aria-label","Zoom in"),this.fit=R("scl-tl-zoom","All",()=>{this.showAll()}),this.fit.setAttribute("aria-label","Show all of the time"),this.node=c("section","scl-timeline",{"aria-label":"Timeline"},c("div","scl-tl-line",{},this.shown,o,r,this.fit),this.area,this.axis),this.node.hidden=!0,this.area.addEventListener("keydown",this.onKey),this.area.addEventListener("wheel",this.onWheel,{passive:!1}),this.canvas.addEventListener("pointermove",this.onMove),this.canvas.addEventListener("pointerdown",this.onDown),this.canvas.addEventListener("pointerup",this.onUp),this.canvas.addEventListener("pointerleave",this.onLeave),this.resized=new ResizeObserver(()=>{this.touch()}),this.resized.observe(this.area)}node;timeline;shown=c("div","scl-tl-said",{role:"status","aria-live":"polite"});names=c("div","scl-tl-names",{"aria-hidden":"true"});canvas=c("canvas","scl-tl-canvas",{"aria-hidden":"true"});axis=c("div","scl-tl-axis",{"aria-hidden":"true"});area;fit;resized;cursor=null;cursorLane=0;dragFrom=null;isStale=!0;drawnOf=-1;drawnAt=-1/0;dispose(){this.resized.disconnect()}draw(e){if(this.node.hidden===e&&(this.node.hidden=!e,this.isStale=!0),!e)return;let t=performance.now(),n=this.store.counts.running+this.store.counts.cancelling>0,i=this.store.revision!==this.drawnOf||n;if(!this.isStale&&!(i&&t-this.drawnAt>=rl))return;let{lanes:o}=this.timeline;this.isStale=this.timeline.isBehind,this.drawnOf=this.store.revision,this.drawnAt=t,this.drawNames(o),this.drawAxis(),this.drawBars(o),this.say(o),this.fit.disabled=!this.timeline.isZoomed}get isBehind(){return!this.node.hidden&&(this.isStale||this.store.revision!==this.drawnOf)}touch(){this.isStale=!0,this.events.changed()}get width(){return Math.max(1,this.area.clientWidth-this.names.offsetWidth)}drawNames(e){let t=e.map(i=>f(i.worker===""?"(no worker named)":i.worker)),n=this.timeline.workerCount-e.length;n>0&&t.push(`and ${T(n)} more`),this.names.childElementCount!==t.length&&this.names.replaceChildren(...t.map(()=>c("div","scl-tl-name")));for(let[i,o]of[...this.names.children].entries())o instanceof HTMLElement&&(y(o,t[i]??""),O(o,"title",t[i]??""))}drawAxis(){let{from:e,to:t}=this.timeline.range,{width:n}=this,i=t-sl/n*(t-e),o=this.timeline.ticks(Math.floor(n/nl)).filter(({at:r})=>r<=i);this.axis.style.paddingInlineStart=`${this.names.offsetWidth}px`,this.axis.style.height=`${tl}px`,this.axis.childElementCount!==o.length&&this.axis.replaceChildren(...o.map(()=>c("span","scl-tl-tick")));for(let[r,l]of[...this.axis.children].entries()){let a=o[r];if(l instanceof HTMLElement&&a!==void 0){let d=this.names.offsetWidth+(a.at-e)/(t-e)*n;l.style.transform=`translateX(${Math.round(d)}px)`,y(l,a.since===0?"0":Q(a.since))}}}drawBars(e){let{canvas:t,width:n}=this,i=Math.max(1,e.length)*nt,o=window.devicePixelRatio||1;t.style.width=`${n}px`,t.style.height=`${i}px`,t.width=Math.round(n*o),t.height=Math.round(i*o);let r=t.getContext("2d");if(r===null)return;r.scale(o,o);let l=Js(this.root,r);r.font=l.font,r.textBaseline="middle";for(let[a,d]of e.entries()){let u=a*nt;r.fillStyle=l.line,r.fillRect(0,u+nt-1,n,1);for(let h of this.timeline.bars(d,n))al(r,h,u+1,l,this.nameOf(h))}this.drawCursor(r,l,n)}nameOf(e){return e.right-e.left<ol?"":f(this.store.get(e.id)?.name??"")}drawCursor(e,t,n){let{cursor:i}=this;if(i===null)return;let{from:o,to:r}=this.timeline.range,l=(i.start-o)/(r-o)*n,a=((i.end??this.store.now())-o)/(r-o)*n;e.strokeStyle=t.ink,e.lineWidth=2;let d=this.cursorLane*nt+1;e.strokeRect(l-1,d,Math.max(a-l,1)+2,st+1)}say(e){let t=this.cursor?.id,n=t===void 0?void 0:this.store.get(t);if(n===void 0){let l=e.length===0?"No task has started yet.":`${T(this.timeline.workerCount)} ${this.timeline.workerCount===1?"worker":"workers"}`;y(this.shown,l);return}let i=this.hidden(),o=i>0?`  and ${$(i)} more here: zoom in`:"",r=ge(n,this.store.now());y(this.shown,`${W[n.status]} ${f(n.name)}, ${n.status}, ${r}, ${f(n.worker)}${o}`)}hidden(){let e=this.timeline.lanes[this.cursorLane],{cursor:t}=this;if(e===void 0||t===null)return 0;let{from:n,to:i}=this.timeline.range,o=(t.start-n)/(i-n)*this.width,r=this.timeline.bars(e,this.width).find(l=>l.left<=o&&o<l.right);return r===void 0?0:r.count-1}timeAt(e){let{from:t,to:n}=this.timeline.range;return t+e/this.width*(n-t)}point(e){let t=this.canvas.getBoundingClientRect();return{x:e.clientX-t.left,y:e.clientY-t.top}}onMove=e=>{let{x:t,y:n}=this.point(e);if(this.dragFrom!==null&&e.buttons>0){let u=t-this.dragFrom.x;(this.dragFrom.moved||Math.abs(u)>Qs)&&(this.timeline.pan(-u/this.width),this.dragFrom={x:t,moved:!0},this.touch());return}let i=Math.floor(n/nt),o=this.timeline.lanes[i],{from:r,to:l}=this.timeline.range,a=Qs*(l-r)/this.width,d=o===void 0?null:this.timeline.at(o,this.timeAt(t),a);this.canvas.classList.toggle("scl-tl-hit",d!==null),d?.id!==this.cursor?.id&&(this.cursor=d,this.cursorLane=i,this.touch())};onDown=e=>{this.dragFrom={x:this.point(e).x,moved:!1},this.canvas.setPointerCapture(e.pointerId)};onUp=()=>{let e=this.dragFrom?.moved??!1;this.dragFrom=null,!e&&this.cursor!==null&&this.events.select(this.cursor.id)};onLeave=()=>{this.cursor!==null&&document.activeElement!==this.area&&(this.cursor=null,this.touch())};onWheel=e=>{let t=Math.abs(e.deltaX)>Math.abs(e.deltaY)||e.shiftKey;if(t&&this.timeline.isZoomed)this.timeline.pan((e.deltaX||e.deltaY)/this.width),this.touch();else if(!t&&(e.ctrlKey||e.metaKey||this.hasFocus))this.zoom(e.deltaY<0?je:1/je,this.timeAt(this.point(e).x));else return;e.preventDefault()};get hasFocus(){return document.activeElement===this.area}zoom(e,t){this.timeline.zoom(e,t),this.touch()}showAll(){this.timeline.fit(),this.touch()}onKey=e=>{e.ctrlKey||e.metaKey||e.altKey||!this.pressed(e.key)||(e.preventDefault(),e.stopPropagation())};pressed(e){let{from:t,to:n}=this.timeline.range,i=this.cursor===null?(t+n)/2:this.cursor.start;switch(e){case"+":case"=":return this.zoom(je,i),!0;case"-":return this.zoom(1/je,i),!0;case"0":return this.showAll(),!0;case"ArrowLeft":return this.step(-1);case"ArrowRight":return this.step(1);case"Home":return this.step(-1/0);case"End":return this.step(1/0);case"ArrowUp":return this.changeLane(-1);case"ArrowDown":return this.changeLane(1);case"Enter":case" ":return this.cursor!==null&&this.events.select(this.cursor.id),!0;default:return!1}}step(e){let t=this.timeline.lanes[this.cursorLane],n=(t?.spans.length??0)-1;if(t!==void 0&&n>=0){let i=this.cursor?.id,o=t.spans.findIndex(l=>l.id===i),r=o<0?e<0?0:n:o+e;this.goTo(t.spans[Math.min(Math.max(r,0),n)]??null)}return!0}changeLane(e){let{lanes:t}=this.timeline,n=t[this.cursorLane+e];if(n!==void 0){let i=this.cursor?.start??this.timeline.range.to;this.cursorLane+=e,this.goTo(this.timeline.at(n,i,1/0))}return!0}goTo(e){this.cursor=e,e!==null&&this.timeline.reveal(e),this.touch()}};function al(s,e,t,n,i){let o=e.right-e.left,r=o>3?1:0;s.fillStyle=n.fill[e.status],s.fillRect(e.left,t,o-r,st),e.status==="failed"&&(s.fillStyle=n.ink,s.fillRect(e.left,t+st,Math.max(o-r,2),2)),!(o<il)&&(s.save(),s.beginPath(),s.rect(e.left,t,o-r-2,st),s.clip(),s.fillStyle=n.text[e.status],s.fillText(`${dl(e.status)} ${i}`,e.left+3,t+st/2+.5),s.restore())}function dl(s){return W[s]}var Zs="scaler_lab.looks",yn="scaler_lab.lists",cl=40,Rt=class{constructor(e,t){this.storage=e;this.rowModel=t;this.looks=ul(Ee(e,Zs)),t.listGroups(this.looks.groups)}looks;height="";scope="";saved="";shows(e){return this.looks.columns.includes(e)}toggleColumn(e){let{columns:t}=this.looks;this.looks.columns=this.shows(e)?t.filter(n=>n!==e):[...t,e],this.saveLooks()}get nameWidth(){return this.looks.nameWidth}set nameWidth(e){this.looks.nameWidth=e,this.saveLooks()}get paneHeight(){return this.looks.paneHeight}set paneHeight(e){this.looks.paneHeight=e,this.saveLooks()}get timeline(){return this.looks.timeline}set timeline(e){this.looks.timeline=e,this.saveLooks()}listGroups(e){this.rowModel.listGroups(e),this.looks.groups=e,this.saveLooks()}noteHeight(e){e!==""&&(this.height=e)}enter(e){if(e===this.scope)return"";this.scope=e;let t=ei(Ee(this.storage,yn)).get(e);return t===void 0?"":(this.height=t.height,this.rowModel.restore({key:t.sort,descending:t.descending},t.statuses,t.query),this.saved=JSON.stringify(this.list()),t.height)}save(){let e=this.list(),t=JSON.stringify(e);if(this.scope===""||t===this.saved)return;this.saved=t;let n=ei(Ee(this.storage,yn));n.delete(this.scope),n.set(this.scope,e),Ge(this.storage,yn,JSON.stringify([...n].slice(-cl)))}list(){let{sort:e,filter:t,query:n}=this.rowModel;return{sort:e.key,descending:e.descending,statuses:[...t],query:n,height:this.height}}saveLooks(){Ge(this.storage,Zs,JSON.stringify(this.looks))}};function ul(s){let e=ti(s),t=typeof e=="object"&&e!==null?e:{};return{columns:Array.isArray(t.columns)?De.filter(n=>t.columns.includes(n)):["arguments"],nameWidth:typeof t.nameWidth=="number"?t.nameWidth:null,paneHeight:typeof t.paneHeight=="number"?t.paneHeight:null,timeline:t.timeline===!0,groups:t.groups!==!1}}function ei(s){let e=ti(s),t=new Map;for(let n of Array.isArray(e)?e:[]){let[i,o]=Array.isArray(n)?n:[];typeof i=="string"&&typeof o=="object"&&o!==null&&t.set(i,hl(o))}return t}function hl(s){return{sort:Je.find(e=>e===s.sort)??"state",descending:s.descending===!0,statuses:Array.isArray(s.statuses)?k.filter(e=>s.statuses.includes(e)):[],query:typeof s.query=="string"?s.query:"",height:typeof s.height=="string"?s.height:""}}function ti(s){try{return JSON.parse(s)}catch{return null}}var ni=500,pl=6,fl=100,ml=120,gl={cancel:re,kill:s=>s==="running"||s==="cancelling",retry:le};function it(s,e,t){let n=Wn(),i=new fe(()=>e.engine?.engineId??"",n),o=new we(e,i),r=new Rt(n,o),l=!1,a=0,d=0,u=0,h="",m=null,p=()=>{a===0&&(a=requestAnimationFrame(()=>{a=0,xe()}))},w=(E,F)=>{h=E,m=F??null;let pe=F===void 0?pl:ls;u=Date.now()+pe*1e3,p()},S=new Re(()=>{M.node.focus()}),_=new Mt(()=>{M.node.focus()}),C=new Ae(e,o,t,{changed:p,notice:w,ask:(E,F,pe)=>{S.ask(f(E),F,pe)}}),b=new Pe(t,p),v=new Ot(e,o,r,C,{changed:p,notice:w,help:()=>{_.open()}}),L=new At(s,e,{changed:p,select:E=>{let F=e.groupOf(E);F!==null&&o.groupsAreListed&&o.fold(F.id,!1),o.selectOnly(E),o.indexOf(E)<0&&w("What is searched for or filtered hides this task's row"),M.draw(),M.reveal(),p()}}),M=new Tt(e,o,C.pending,b,r,{changed:p,stop:(E,F)=>{C.stop(E,F)},stopQueued:()=>{C.stopQueued()},retry:E=>{C.retry(E)},search:()=>{v.focusSearch()},help:()=>{_.open()},toggleDetails:E=>{l=!(l&&o.active===E&&z===E),o.active=E,p()}}),z=null,I=new Le(t,r,{close:()=>{l=!1,p(),M.node.focus()},notice:w}),ne=new Oe,X=c("span"),se=R("scl-undo","Undo",()=>{let E=m;u=0,m=null,p(),E?.()}),ie=c("div","scl-foot",{},X,se),Y=c("div","scl-frame",{},M.node,M.emptyNote,v.selection,_.node),xe=()=>{let E=r.enter(yl(e));E!==""&&(M.node.style.height=E),v.draw(),L.draw(r.timeline),M.draw();let F=o.ids.length===0;Us(M,F?wl(e,o):""),s.classList.toggle("scl-is-empty",F);let pe=o.active===null?void 0:e.get(o.active),Xi=z;z=l&&pe!==void 0?pe.id:null,I.draw(l?pe??null:null),Xi===null&&z!==null&&oe(),ne.draw(e.counts),r.save(),y(X,qe()),ie.hidden=X.textContent==="",se.hidden=m===null||Date.now()>=u,s.dataset.phase=e.phase,(o.isBehind||L.isBehind)&&(window.clearTimeout(d),d=window.setTimeout(p,fl))},oe=()=>{requestAnimationFrame(()=>{requestAnimationFrame(()=>{M.reveal()})})},qe=()=>Date.now()<u&&h!==""?f(h):e.phase==="ended"?f(e.endReason):"",Bt=E=>e.phase==="ended"||E==="kill"&&e.engine?.canStopRunning!==!0?[]:o.meant.filter(({status:F})=>gl[E](F)).map(({id:F})=>F),In=E=>E==="details"?o.active!==null&&e.get(o.active)!==void 0:Bt(E).length>0,Ki=E=>{E==="details"?(l=In(E),p()):E==="retry"?C.retry(Bt(E)):C.stop(Bt(E),E==="kill")};s.classList.add("scl"),s.tabIndex=-1,s.replaceChildren(v.node,L.node,Y,S.node,I.node,ie,ne.node);let Ui=wt(s),Vi=e.subscribe(p),Nn=0,Ji=window.setInterval(()=>{vl(s)&&Date.now()<Nn+ml*1e3&&t.keepAlive?.(),(e.counts.running+e.counts.cancelling>0||Date.now()<u+ni)&&p()},ni),rt=()=>{Nn=Date.now(),t.keepAlive?.()};return s.addEventListener("pointermove",rt,{passive:!0}),s.addEventListener("keydown",rt),s.addEventListener("keydown",si),xe(),{rowModel:o,can:In,perform:Ki,notice:w,draw:xe,dispose:()=>{cancelAnimationFrame(a),window.clearInterval(Ji),window.clearTimeout(d),Vi(),Ui(),M.dispose(),b.dispose(),L.dispose(),I.dispose(),s.removeEventListener("pointermove",rt),s.removeEventListener("keydown",rt),s.removeEventListener("keydown",si),s.replaceChildren()}}}function yl({engine:s}){return s===null?"":`${s.engineId} ${s.label}`}function vl(s){return s.matches(":hover")||document.hasFocus()&&de(s)}function si(s){!s.ctrlKey&&!s.metaKey&&!s.altKey&&s.stopPropagation()}function wl(s,e){if(e.isFiltered&&s.size>0)return"No task matches.";switch(s.phase){case"connecting":return"Waiting for the kernel …";case"live":return s.size>0?"Loading …":"No tasks yet: submit something.";case"ended":return"No tasks."}}var bl=new Map([["line",Es],["task",Ts]]);function vn(s,e,t,n){return(bl.get(s)??it)(e,t,n)}var xl=5,kl=.5,te=class{byId=new Map;byGroup=new Map;alone=new Set;order=[];orderIsStale=!1;tally=B();told=null;listeners=new Set;resync;clock;staged=null;stagedVersion=-1;fillsEmpty=!0;pending=!1;clockAhead=null;samples=[];version=-1;phase="connecting";engine=null;endReason="";revision=0;constructor(e){this.resync=e.resync,this.clock=e.clock??(()=>Date.now()/1e3)}subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}get rows(){if(this.orderIsStale){let e=[];for(let{row:t}of this.byId.values())e.push(t);this.order=dt(e),this.orderIsStale=!1}return this.order}restartRate(){this.samples=[]}get size(){let{counts:e}=this;return k.reduce((t,n)=>t+e[n],0)}get counts(){return this.told??this.tally}get settled(){let{succeeded:e,failed:t,cancelled:n}=this.counts;return e+t+n}get(e){return this.byId.get(e)?.row}get groups(){return this.byGroup.values()}get hasGroups(){return this.byGroup.size>0}get onlyGroup(){for(let e of this.byGroup.values())return this.byGroup.size===1?e:null;return null}group(e){return this.byGroup.get(e)}groupOf(e){return this.byId.get(e)?.group??null}get ungrouped(){let e=[];for(let{row:t}of this.alone)e.push(t);return dt(e)}get ungroupedCount(){return this.alone.size}now(){return this.clock()+(this.clockAhead??0)}rate(){let e=this.clock(),t=this.samples;for(;t.length>2&&(t[1]?.at??e)<=e-xl;)t.shift();let n=t[0];return n===void 0||this.settled===this.size||e-n.at<kl?null:(this.settled-n.settled)/(e-n.at)}apply(e,t){if(t!==void 0){let n=t-this.clock();this.clockAhead=this.clockAhead===null?n:Math.max(this.clockAhead,n)}switch(e.kind){case"welcome":this.engine=e,this.phase="connecting",this.endReason="",this.pending=!0;break;case"snapshot":this.told=e.counts,(this.version<0||e.counts===null)&&(this.samples=[]),this.applySnapshot(e.version,e.part,e.parts,e.rows);break;case"changes":if(this.version<0||e.since!==this.version){e.version>this.version&&this.askForSnapshot();return}this.told=e.counts;for(let n of e.forgotten)this.forget(n);for(let n of e.rows)this.put(n);this.version=e.version;break;case"closed":this.end(e.reason,"engine ended");return;case"response":case"details":return}this.sample(),this.notify()}end(e,t){this.phase="ended",this.endReason=e;let n=this.now();for(let{row:i}of[...this.byId.values()])P(i.status)||this.put(El(i,t,n));if(this.told!==null){let{cancelling:i,...o}=this.told;this.told={...B(),succeeded:o.succeeded,failed:o.failed+K(this.told),cancelled:o.cancelled+i}}this.sample(),this.notify()}overtake(e){let t=!1;for(let n of e){let i=this.byId.get(n.id)?.row;i===void 0||!Sl(n,i)||(this.put({...n,number:i.number,version:i.version,cell:i.cell}),this.told!==null&&n.status!==i.status&&(this.told={...this.told,[i.status]:this.told[i.status]-1,[n.status]:this.told[n.status]+1}),t=!0)}t&&(this.sample(),this.notify())}reconnect(){this.pending=!1,this.askForSnapshot()}applySnapshot(e,t,n,i){t===0&&(this.staged=[],this.stagedVersion=e,this.fillsEmpty=this.byId.size===0);let o=this.staged;if(o===null||e!==this.stagedVersion){this.staged=null,this.pending=!1,this.askForSnapshot();return}let r=t===n-1;for(let l of i)o.push(l);if(this.fillsEmpty)for(let l of i)this.put(l);else r&&this.replace(o);r&&(this.staged=null,this.pending=!1,this.version=e,this.phase="live")}replace(e){this.byId.clear(),this.byGroup.clear(),this.alone.clear(),this.tally=B();for(let t of e)this.add(t)}put(e){let t=this.byId.get(e.id);if(t===void 0){this.add(e);return}let n=t.row;t.row=e,t.group?.change(n,e),this.tally[n.status]-=1,this.tally[e.status]+=1,this.orderIsStale=!0}add(e){let t=Kn(e),n=null;t!==null&&(n=this.byGroup.get(t)??new at(t,e),this.byGroup.set(t,n));let i={row:e,group:n};this.byId.set(e.id,i),n===null?this.alone.add(i):n.add(i),this.tally[e.status]+=1,this.orderIsStale=!0}forget(e){let t=this.byId.get(e);if(t===void 0)return;P(t.row.status)||(this.tally[t.row.status]-=1),this.byId.delete(e),this.alone.delete(t);let{group:n}=t;n!==null&&(n.remove(t),n.isEmpty&&this.byGroup.delete(n.id)),this.orderIsStale=!0}sample(){let e=this.clock(),t=this.samples.at(-1);this.settled===this.size?this.samples=[{at:e,settled:this.settled}]:(t===void 0||e-t.at>=.1)&&this.samples.push({at:e,settled:this.settled})}askForSnapshot(){this.pending||(this.pending=!0,this.resync())}notify(){this.revision+=1;for(let e of[...this.listeners])e()}};function Sl(s,e){if(P(e.status))return!1;if(s.attempt!==e.attempt)return s.attempt>e.attempt;let t=ii(s.status)-ii(e.status);return t>0||t===0&&s.outputBytes>e.outputBytes}function ii(s){return U(s)?s==="retrying"?3:0:s==="running"?1:s==="cancelling"?2:4}function El(s,e,t){return s.status==="cancelling"?{...s,status:"cancelled",cancelResolution:"lost",detail:e,endedAt:t}:{...s,status:"failed",error:e,detail:"",endedAt:t}}var _t="application/vnd.scaler-lab.table.v1+json";function oi(s){try{let{layout:e,welcome:t,engines:n,tasks:i,version:o}=s??{},r=Se(t);return r.kind!=="welcome"?null:{layout:g(e),welcome:r,engines:A(n).map(g),tasks:A(i).map(Tl),version:x(o)}}catch(e){if(e instanceof H)return null;throw e}}function Tl(s){let[e,t]=A(s);return[g(e),g(t)]}function ri({tasks:s},e){return s.some(([t,n])=>t<=e&&e<=n)}var Ml="scaler_lab-saved",Cl="scl-saved";function li(s,e){s.classList.add(Cl),s.addEventListener(Ml,t=>{e(t.detail)})}function ai(s,e){s.dataset.version=e===null?"":String(e)}var Ol=Symbol.for("scaler_lab.serverTasks");function wn(s){globalThis[Ol]=s}var Al=1500,bn=3,Rl=15e3,Lt=class{constructor(e,t=()=>null){this.emit=e;this.countsOf=t}settings={failures:!0,doneAfter:60};gathered=new Map;told=new Map;number=0;timer=null;apply({engineId:e,title:t,tasks:n,failed:i}){let{failures:o,doneAfter:r}=this.settings,l=o?n.filter(({status:h})=>h==="failed"):[],a=n.filter(({status:h,seconds:m})=>h==="succeeded"&&r>0&&m>=r),d=o?i:0;if(d===0&&a.length===0)return;let u=this.gathered.get(e)??{engineId:e,title:t,failed:0,failures:[],done:[]};this.gathered.set(e,u),u.failed+=d,u.failures.push(...l.slice(0,bn)),u.done.push(...a),this.timer??=setTimeout(()=>{this.flush()},Al)}dispose(){this.timer!==null&&(clearTimeout(this.timer),this.timer=null),this.gathered.clear()}flush(){this.timer=null;for(let e of this.gathered.values()){e.failed>0&&this.emitFailures(e);let{engineId:t,title:n,done:i}=e,[o]=i;if(o!==void 0){this.number+=1;let r=Il(n,i);this.emit({kind:"done",engineId:t,text:r,first:o,number:this.number})}}this.gathered.clear()}emitFailures({engineId:e,title:t,failed:n,failures:i}){let o=Date.now(),r=this.told.get(e);(r===void 0||o-r.at>Rl)&&(this.number+=1,r={number:this.number,failed:0,failures:[],at:o}),r={number:r.number,failed:r.failed+n,failures:[...r.failures,...i].slice(0,bn),at:o},this.told.set(e,r),this.emit({kind:"failed",engineId:e,text:_l(t,r.failed,r.failures,this.countsOf(e)),first:r.failures[0]??null,number:r.number})}};function _l(s,e,t,n){let[i]=t,o=n?.failed===e?Ll(n):0,r=o>e?`${T(e)} of ${$(o)}`:$(e);return i===void 0?`${r} failed in ${s}`:e===1?`${i.name} failed in ${s}: ${i.error}`:`${r} failed in ${s}, first ${i.name}: ${i.error}`}function Ll(s){return k.reduce((e,t)=>e+s[t],0)}function Il(s,e){let[t]=e;return e.length===1&&t!==void 0?`${t.name} is done in ${s}, after ${Math.round(t.seconds)} s`:`${e.length} long tasks are done in ${s}${Nl(e,e.length)}`}function Nl(s,e){let t=[...new Set(s.slice(0,bn).map(({name:n})=>n))];return t.length===0?"":`: ${t.join(", ")}${e>t.length?" …":""}`}function It(s){let{notifyFailures:e,notifyDoneAfterSeconds:t,area:n}=s;return{failures:e!==!1,doneAfter:typeof t=="number"?t:60,area:n==="right"?"right":"left"}}var Pl=8e3,$l=15e3,ci={id:`${N}:plugin`,description:"Notifies of tasks that failed, and of long ones that are done.",autoStart:!0,requires:[j],optional:[di.ISettingRegistry],activate:(s,{model:e},t)=>{let n=new Map,i=new Lt(o=>{let r=n.get(o.number),l=zl(s,o);(r===void 0||!xn.Notification.update({id:r,message:o.text,...l}))&&n.set(o.number,xn.Notification.emit(o.text,Fl(o),l))},o=>e.engine(o)?.counts??null);e.onEnding(o=>{i.apply(o)}),t?.load(`${N}:plugin`).then(o=>{let r=()=>{i.settings=It({...o.composite})};r(),o.changed.connect(r)},()=>{})}};function Fl({kind:s}){return s==="failed"?"error":"success"}function zl(s,{kind:e,engineId:t,first:n}){let i=e==="failed",o=r=>{s.commands.execute(D.showPanel,{host:t,task:r})};return{autoClose:i?$l:Pl,actions:[...i&&n!==null?[{label:"Show traceback",callback:()=>{o(n.id)}}]:[],{label:"Show tasks",callback:()=>{o("")}}]}}var gi=require("@jupyterlab/notebook");var ui=`/*
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
`;var hi=`/* The side panel around the table, and the status-bar item.  Jupyter's variables throughout. */

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
`;var pi="scaler-lab-style";function Nt(){if(document.getElementById(pi)===null){let s=document.createElement("style");s.id=pi,s.textContent=`${ui}
${hi}`,document.head.append(s)}}var mi=require("@lumino/widgets");var fi=require("@lumino/widgets"),Pt=class extends fi.Widget{constructor(t,n){super();this.model=t;this.saved=n;this.store=new te({resync:()=>{}}),this.store.apply(n.welcome),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1});let i=n.engines.filter(r=>t.runs(r)),o=vn(n.layout,this.node,this.store,this.actionsOf(i));this.ends=[()=>{o.dispose()},t.subscribe(()=>{this.store.phase==="live"&&!i.some(r=>t.runs(r))&&this.store.end("This engine has ended.","engine ended")}),...i.map(r=>t.follow(r,l=>{this.take(l)}))]}store;ends;dispose(){if(!this.isDisposed){for(let t of this.ends)t();super.dispose()}}take(t){let n=t.filter(({id:o})=>ri(this.saved,o)),i=this.store.version;this.store.apply({kind:"changes",since:i,version:i+1,rows:n,forgotten:[],counts:null})}actionsOf(t){let[n=null]=t,i=this.model.actions(t.length===1?n:null);return{...i,cancelAll:o=>{let r=this.store.rows.filter(({status:l})=>!P(l));return i.cancel(r.map(({id:l})=>l),!1,o)}}}};var kn="application/vnd.jupyter.widget-view+json",jl="text/html",Wl=400,$t=class extends mi.Panel{constructor(t,n,i){super();this.renderers=t;this.tasks=n;i.then(()=>{setTimeout(()=>{this.hasFactory=!0,this.renderWidget(),this.draw()})}),li(this.node,o=>{let{model:r}=this;r?.setData({data:{...r.data,...o}})}),this.observer=new MutationObserver(()=>{this.draw()}),this.timer=window.setTimeout(()=>{this.isPatient=!1,this.draw()},Wl),this.unsubscribe=n.subscribe(()=>{this.draw()})}model=null;saved=null;widgetId="";widget=null;still=null;server=null;isPatient=!0;hasFactory=!1;observer;timer;unsubscribe;renderModel(t){return this.model=t,this.saved=oi(t.data[_t]),ai(this.node,this.saved?.version??null),this.renderWidget(),this.still!==null&&this.still.renderModel(t),this.draw(),Promise.resolve()}dispose(){window.clearTimeout(this.timer),this.observer.disconnect(),this.unsubscribe(),super.dispose()}renderWidget(){let{model:t}=this,n=t?.data[kn],i=typeof n?.model_id=="string"&&t?.trusted===!0?n.model_id:"";if(!(t===null||i===this.widgetId||!this.hasFactory||this.isDisposed)&&(this.widgetId=i,this.observer.disconnect(),this.widget?.dispose(),this.widget=null,i!==""&&this.renderers.getFactory(kn)!==void 0)){let o=this.renderers.createRenderer(kn);this.widget=o,o.hide(),this.addWidget(o),this.observer.observe(o.node,{childList:!0,subtree:!0}),o.renderModel(t)}}draw(){if(this.isDisposed)return;let t=this.widget?.node.querySelector(".scl")!=null;this.widget?.setHidden(!t);let n=this.isPatient&&(this.widget!==null||!this.hasFactory),i=!t&&!n;this.drawServed(i&&(this.server!==null||this.canBeServed)?this.saved:null),this.drawStill(i&&this.server===null)}get canBeServed(){return((this.model?.trusted===!0?this.saved?.engines:null)??[]).some(n=>this.tasks.runs(n))}drawServed(t){t===null?(this.server?.dispose(),this.server=null):this.server===null&&(this.server=new Pt(this.tasks,t),this.addWidget(this.server))}drawStill(t){t?this.still===null&&this.model!==null&&(this.still=this.renderers.createRenderer(jl),this.addWidget(this.still),this.still.renderModel(this.model)):(this.still?.dispose(),this.still=null)}};var ql=-20,yi={id:`${N}:outputs`,description:"Shows a notebook's tables while their kernel is busy, and when it is gone.",autoStart:!0,requires:[j],optional:[gi.INotebookTracker],activate:(s,{model:e},t)=>{Nt();let n=({content:{rendermime:i},sessionContext:o})=>{i.addFactory({safe:!0,mimeTypes:[_t],createRenderer:()=>new $t(i,e,o.ready)},ql)};t?.forEach(n),t?.widgetAdded.connect((i,o)=>{n(o)})}};var ki=require("@jupyterlab/application"),J=require("@jupyterlab/apputils"),Si=require("@jupyterlab/settingregistry");var vi=require("@jupyterlab/ui-components"),Bl=`<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><rect x="3" y="5" width="13" height="3.4" rx="1.2"/>
<rect x="7" y="10.3" width="14" height="3.4" rx="1.2"/><rect x="3" y="15.6" width="7" height="3.4" rx="1.2"/>
<path d="m13.2 14.6 1.1-1.1 1.9 1.9 1.9-1.9 1.1 1.1-1.9 1.9 1.9 1.9-1.1 1.1-1.9-1.9-1.9 1.9-1.1-1.1 1.9-1.9z" transform="translate(0 .9)"/></g></svg>`,We=new vi.LabIcon({name:"scaler-lab:tasks",svgstr:Bl});var bi=require("@lumino/widgets");function V(s){return String(s).replace(/\B(?=(\d{3})+$)/g,",")}function ot({running:s,cancelling:e,queued:t,waiting:n,retrying:i,failed:o}){let r=[];return s>0&&r.push(`${V(s)} running`),e>0&&r.push(`${V(e)} cancelling`),t>0&&r.push(`${V(t)} queued`),n>0&&r.push(`${V(n)} waiting`),i>0&&r.push(`${V(i)} retrying`),o>0&&r.push(`${V(o)} failed`),r.join(", ")}function Sn(s){if(s===null)return"";let n=["failed","running","cancelling","queued","waiting"].filter(o=>s[o]>0).map(o=>`${W[o]} ${V(s[o])}`),i=s.succeeded+s.cancelled;return n.length===0&&i>0&&n.push(`${W.succeeded} ${V(i)}`),n.join("  ")}function En(s,e=""){if(e!=="")return"can't be read";if(s===null)return"…";let t=ot(s);if(t!=="")return t;let n=s.succeeded+s.cancelled;return n===0?"no tasks yet":`${V(n)} done`}var Ft=class{node=document.createElement("div");open=document.createElement("button");title=document.createElement("span");text=document.createElement("span");short=document.createElement("span");act=document.createElement("button");shown=null;constructor(e){this.node.className="scl-program",this.open.type="button",this.open.className="scl-host",this.title.className="scl-host-title",this.text.className="scl-host-said",this.short.className="scl-host-short",this.short.setAttribute("aria-hidden","true"),this.open.append(this.title,this.text,this.short),this.open.addEventListener("click",()=>{e.toggle(this.shown?.id??"")}),this.act.type="button",this.act.className="scl-host-act",this.act.addEventListener("click",()=>{let{shown:t}=this;t!==null&&(t.hasEnded?e.dismiss:e.cancel)(t.id)}),this.node.append(this.open,this.act)}draw(e){this.shown=e;let{id:t,title:n,text:i,short:o,hint:r,counts:l,isOpen:a,hasEnded:d}=e;this.open.dataset.host=t,this.open.setAttribute("aria-expanded",String(a)),this.open.title=r,this.node.classList.toggle("scl-has-ended",d),Tn(this.title,n),Tn(this.text,i),Tn(this.short,o);let u=l===null?0:l.running+l.queued+l.waiting;this.act.hidden=d?t==="":u===0,this.act.dataset.do=d?"dismiss":"stop";let h=d?`Dismiss ${n}`:`Cancel the open tasks of ${n}`;this.act.setAttribute("aria-label",h),this.act.title=h}};function Tn(s,e){s.textContent!==e&&(s.textContent=e)}var Gl={notebook:"notebook",script:"script",terminal:"terminal",engine:"engine on its own"},Kl="Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client shows up here.",Mn="",zt=class extends bi.Widget{constructor(t,n){super();this.model=t;this.events=n;this.id="scaler-lab-panel",this.addClass("scl-panel"),this.title.icon=We,this.title.caption="Tasks",this.node.setAttribute("role","region"),this.node.setAttribute("aria-label","Tasks"),this.list.className="scl-programs",this.note.className="scl-panel-note",this.note.setAttribute("role","status"),this.tableRoot.className="scl-panel-table",this.jump.type="button",this.jump.className="scl-jump",this.jump.addEventListener("click",()=>{let i=this.activeRow?.cell??"";i!==""&&n.goToCell(i)}),this.node.append(this.note,this.list,this.jump);for(let i of["click","keyup"])this.tableRoot.addEventListener(i,()=>{this.drawJump()});this.unsubscribe=t.subscribe(()=>{this.draw()}),this.draw()}list=document.createElement("div");note=document.createElement("p");tableRoot=document.createElement("div");jump=document.createElement("button");headings=new Map;table=null;mounted;chosen=null;unsubscribe;get choice(){return this.chosen??null}choose(t){this.chosen=t,this.draw()}can(t){return this.table?.can(t)??!1}perform(t){this.table?.perform(t),this.drawJump()}showTask(t){let n=this.model.store(this.open??null),i=()=>this.table===null||n.get(t)===void 0?!1:(this.table.rowModel.selectOnly(t),this.table.perform("details"),!0);if(!i()){let o=n.subscribe(()=>{i()&&o()})}}search(){this.tableRoot.querySelector(".scl-search")?.focus()}dispose(){this.unsubscribe(),this.unmount(),super.dispose()}onAfterShow(){this.draw()}onAfterAttach(){this.draw()}onAfterHide(){this.unmount()}get open(){let{engines:t}=this.model,[n]=t;if(this.chosen===null&&t.length===1)return n?.id;if(!(this.chosen===null&&t.length===0))return this.chosen}mount(){let{open:t}=this;if(!this.isVisible||t===void 0){this.unmount();return}if(this.table!==null&&this.mounted===t)return;this.table?.dispose(),this.mounted=t,this.model.watch(t===null?"all":{only:t});let{model:n}=this;this.table=it(this.tableRoot,n.store(t),n.actions(t))}unmount(){this.table!==null&&(this.table.dispose(),this.table=null,this.model.watch("none"))}draw(){let{chosen:t}=this,n=typeof t=="string"?this.model.successor(t):void 0;if(n!==void 0){this.choose(n.id);return}let{engines:i,connection:o,trouble:r}=this.model,l=i.length===0;this.note.textContent=o==="lost"?r:o==="connecting"?"Connecting …":l?Kl:"",this.note.hidden=this.note.textContent==="",this.drawHeadings(),this.mount(),this.drawJump()}get activeRow(){let t=this.table?.rowModel.active??null,{mounted:n}=this;return t===null||n===void 0?void 0:this.model.store(n).get(t)}drawJump(){let t=this.activeRow;this.jump.hidden=t===void 0||t.cell==="";let n=t===void 0?"":`Go to the cell that submitted ${f(t.name)}`;this.jump.textContent!==n&&(this.jump.textContent=n)}drawHeadings(){let t=this.wantedHeadings(),n=[];for(let r of t){let l=this.headings.get(r.id)??this.makeHeading(r.id);l.draw(r),n.push(l.node),r.isOpen&&n.push(this.tableRoot)}let i=new Set(t.map(({id:r})=>r));for(let r of this.headings.keys())i.has(r)||this.headings.delete(r);let o=[...this.list.children];(o.length!==n.length||o.some((r,l)=>r!==n[l]))&&this.list.replaceChildren(...n)}wantedHeadings(){let{engines:t,ended:n,totals:i}=this.model,{open:o}=this,r=[];t.length>1&&r.push({id:Mn,title:"All",text:En(i),short:Sn(i),hint:"The tasks of all programs",counts:i,isOpen:o===null,hasEnded:!1});for(let l of t)r.push({id:l.id,title:f(l.title),text:En(l.counts,l.trouble),short:l.trouble===""?Sn(l.counts):"can't be read",hint:wi(l),counts:l.counts,isOpen:o===l.id,hasEnded:!1});for(let l of n){let a=l.counts?.failed??0,d=a===0?"ended":`ended, ${V(a)} failed`;r.push({id:l.id,title:f(l.title),text:d,short:d,hint:`${wi(l)}
ended`,counts:l.counts,isOpen:o===l.id,hasEnded:!0})}return r}makeHeading(t){let n=new Ft({toggle:i=>{let o=i===Mn?null:i;this.chosen=this.open===o?void 0:o,this.draw()},cancel:i=>{this.events.cancelAll(i===Mn?null:i)},dismiss:i=>{this.chosen===i&&(this.chosen=null),this.model.dismiss(i)}});return this.headings.set(t,n),n}};function wi(s){let e=s.workers===1?", 1 worker":`, ${s.workers} workers`,t=`engine ${s.name}${s.workers===0?"":e}`,n=s.trouble===""?"":`
${f(s.trouble)}`;return`${Gl[s.kind]}: ${f(s.title)}
${f(t)}, pid ${s.pid}${n}`}var Ul=210,Vl=[[D.showDetails,"details","Show Details of the Selected Task","Times, traceback, output and cost of the task that is selected in the panel"],[D.cancelSelected,"cancel","Cancel Selected Tasks","Ask the tasks that are selected in the panel to stop"],[D.killSelected,"kill","Kill Selected Tasks","Stop the workers of the tasks that are selected in the panel, without asking the tasks"],[D.retrySelected,"retry","Retry Selected Tasks","Submit the failed and cancelled ones of the selected tasks again"]],Ei={id:`${N}:panel`,description:"The side panel of tasks, and its commands.",autoStart:!0,requires:[j],optional:[ki.ILayoutRestorer,J.ICommandPalette,Si.ISettingRegistry],activate:async(s,e,t,n,i)=>{Nt();let{model:o}=e,r=new zt(o,{goToCell:u=>{e.goToCell?.(u).then(h=>{h||J.Notification.info("That cell is in no notebook that is open here.",{autoClose:4e3})})},cancelAll:u=>{xi(o,u)}});t?.add(r,r.id);let l=u=>{typeof u=="string"&&r.choose(u===""?null:u),s.shell.activateById(r.id)},{commands:a}=s;a.addCommand(D.showPanel,{label:"Show Tasks",caption:"Show the tasks of every notebook, script and terminal",icon:We,execute:({host:u,task:h})=>{l(u),typeof h=="string"&&h!==""&&r.showTask(h)}}),a.addCommand(D.search,{label:"Search Tasks",execute:()=>{l(void 0),r.search()}}),a.addCommand(D.cancelAll,{label:"Cancel All Tasks …",caption:"Cancel every open task of every notebook, script and terminal",isEnabled:()=>o.engines.length>0,execute:()=>xi(o,null)});for(let[u,h,m,p]of Vl)a.addCommand(u,{label:m,caption:p,isEnabled:()=>r.can(h),execute:()=>{r.perform(h)}}),s.contextMenu.addItem({command:u,selector:"#scaler-lab-panel .scl-body .scl-row"});for(let u of Object.values(D))n?.addItem({command:u,category:"Tasks"});let{area:d}=It(await Xl(i));s.shell.add(r,d,{rank:Ul,type:"Tasks"})}};async function xi(s,e){let t=Jl(s,e);if(!(Ke(t)&&!(await(0,J.showDialog)({title:Ue(t),buttons:[J.Dialog.cancelButton({label:"Keep them"}),J.Dialog.warnButton({label:"Cancel them"})]})).button.accept))try{let{accepted:n,trouble:i}=await s.cancelAll(e);J.Notification.info(i||`Requested the cancel of ${$(n)}`,{autoClose:4e3})}catch(n){J.Notification.error(`The cancel was not sent: ${String(n)}`)}}function Jl(s,e){let t=new Map,n=0;for(let{id:o,title:r,counts:l}of s.engines)if(l!==null&&(e===null||o===e)){let a=K(l);n+=l.running,a>0&&t.set(f(r),(t.get(f(r))??0)+a)}let i=[...t.values()].reduce((o,r)=>o+r,0);return{ids:[],force:!1,running:n,toCome:[],total:i,owners:t}}async function Xl(s){try{return{...(await s?.load(`${N}:plugin`))?.composite}}catch(e){return console.warn("scaler_lab: the settings could not be read, so defaults hold",e),{}}}var Ti=require("@jupyterlab/apputils"),Mi=require("@jupyterlab/coreutils"),Ci=require("@jupyterlab/notebook");function Cn(s,e){let t=s.endsWith("/")?s:`${s}/`;return s!==""&&e.startsWith(t)&&!e.split("/").includes("..")?e.slice(t.length):""}var Oi={id:`${N}:places`,description:"Leads from a line of a traceback to the file or the notebook's cell.",autoStart:!0,optional:[Ci.INotebookTracker],activate:(s,e)=>{let t=Mi.PageConfig.getOption("scalerLabRoot");en({canShow:n=>n.label===""?Cn(t,n.file)!=="":e!==null,show:n=>{(n.label===""?Yl(s,Cn(t,n.file),n.line):Ql(s,e,n)).catch(o=>{Ti.Notification.error(o instanceof Error?o.message:String(o),{autoClose:6e3})})}})}};async function Yl(s,e,t){let n=await s.commands.execute("docmanager:open",{path:e,factory:"Editor"}),{context:i,content:o}=n;await Promise.all([i.ready,o.ready]),o.editor.setCursorPosition({line:t-1,column:0}),o.editor.focus()}async function Ql(s,e,{label:t,cell:n}){let i=e===null?[]:Ut(e),o=i.filter(({content:r})=>r.widgets.some(({model:l})=>l.id===n));for(let r of o.length>0?o:i)for(let l of r.content.widgets){let a=l.model.type==="code"?l.model.toJSON().execution_count:null;if(`In[${String(a)}]`===t){await Kt(s,r,l);return}}throw new Error(`The cell ${t} is in no notebook that is open here, or has run again.`)}var On=require("@jupyterlab/apputils"),Ri=require("@jupyterlab/running"),_i=require("@lumino/signaling");var Zl=50,ea=1e3,Li={id:`${N}:running`,description:"Lists open tasks among the running sessions.",autoStart:!0,requires:[j],optional:[Ri.IRunningSessionManagers],activate:(s,e,t)=>{t?.add(new An(s,e))}},An=class{constructor(e,t){this.app=e;this.model=t.model,this.runningChanged=new _i.Signal(this),t.changed.connect(()=>{this.timer??=setTimeout(()=>{this.timer=null,this.refreshRunning()},ea)})}name="Tasks";shutdownLabel="Cancel";shutdownAllLabel="Cancel All";runningChanged;model;timer=null;shown="";shutdownAllConfirmationText=()=>`Cancel every open task? ${ot({...this.model.totals,failed:0})}`;running(){return this.open().slice(0,Zl).map(([e,t])=>({label:()=>f(t.name),labelTitle:()=>f(`${t.name}: ${t.status} in ${e.title}`),detail:()=>`${t.status}, ${f(e.title)}`,icon:()=>We,context:"scaler-lab-task",open:()=>{this.app.commands.execute(D.showPanel,{host:e.id})},shutdown:()=>{Ai(this.model.cancel(e.id,t.id))}}))}shutdownAll(){Ai(this.model.cancelAll(null))}refreshRunning(){let e=this.open().map(([,{id:t,status:n}])=>`${t}${n}`).join(" ");e!==this.shown&&(this.shown=e,this.runningChanged.emit(void 0))}open(){return this.model.engines.flatMap(e=>e.open.map(t=>[e,t]))}};function Ai(s){s.then(({trouble:e})=>{e!==""&&On.Notification.warning(e)},e=>{let t=e instanceof Error?e.message:String(e);On.Notification.error(`The cancel was not sent: ${t}`)})}var Ii=require("@jupyterlab/statusbar"),Ni=require("@lumino/widgets");var Pi={id:`${N}:status`,description:"Says in the status bar how many tasks run, wait and failed.",autoStart:!0,requires:[j],optional:[Ii.IStatusBar],activate:(s,e,t)=>{if(t===null)return;let{model:n}=e,i=document.createElement("button");i.type="button",i.className="scl-status",i.title="Tasks of every notebook, script and terminal: click to see them",i.addEventListener("click",()=>{s.commands.execute(D.showPanel)});let o=new Ni.Widget;o.node.append(i);let r=()=>{let l=`Tasks: ${ot(n.totals)||"none open"}`;i.textContent!==l&&(i.textContent=l)};r(),e.changed.connect(r),t.registerStatusItem(`${N}:status`,{item:o,align:"left",rank:40,isActive:()=>n.engines.length>0,activeStateChanged:e.changed})}};var Bi=require("@lumino/signaling");var _n=require("@jupyterlab/coreutils"),Rn=require("@jupyterlab/services");var $i="scaler-lab",Dt=class{constructor(e){this.settings=e}cancel(e,t){return this.post(["engines",e,"cancel"],t)}retry(e,t){return this.post(["engines",e,"retry"],{task_ids:t})}async details(e,t){let n=await this.request("GET",["engines",e,"tasks",t]),{traceback:i,output:o,output_before:r,profile:l,stack:a}=n;return Se([...["details-of",0,t,null,i],o,r,l,a])}async post(e,t){let n=await this.request("POST",e,t);return{accepted:typeof n.accepted=="number"?n.accepted:0,trouble:typeof n.trouble=="string"?n.trouble:""}}async request(e,t,n){let i=_n.URLExt.join(this.settings.baseUrl,$i,...t),o=n===void 0?{method:e}:{method:e,body:JSON.stringify(n)},r=await Rn.ServerConnection.makeRequest(i,o,this.settings);if(!r.ok)throw await Rn.ServerConnection.ResponseError.create(r);return await r.json()}};function Fi(s){let e=_n.URLExt.join(s.wsUrl,$i,"feed");return s.appendToken&&s.token!==""&&(e+=`?token=${encodeURIComponent(s.token)}`),new s.WebSocket(e)}function zi(s){let e=A(JSON.parse(s));switch(e[0]){case"engines":return{kind:"engines",now:x(e[1]),engines:A(e[2]).map(ta)};case"feed":return{kind:"feed",engineId:g(e[1]),now:x(e[2]),messages:A(e[3]).map(Se)};case"ended":return{kind:"ended",engineId:g(e[1]),title:g(e[2]),tasks:A(e[3]).map(ia),failed:x(e[4])};default:throw new H(`not a message of this server: ${String(e[0])}`)}}function ta(s){if(typeof s!="object"||s===null)throw new H("a host is an object");let e=s;return{id:g(e.id),name:g(e.name),program:g(e.program),place:g(e.place??""),title:g(e.title),kind:na(e.kind),pid:x(e.pid),workers:x(e.workers),startedAt:x(e.startedAt),counts:Vt(e.counts),trouble:g(e.trouble??""),open:A(e.open??[]).map(sa)}}function na(s){return s==="notebook"||s==="script"||s==="terminal"?s:"engine"}function sa(s){let[e,t,n,i,o]=A(s);return{id:g(e),number:x(t),name:g(n),status:ke(i),startedAt:typeof o=="number"?o:null}}function ia(s){let[e,t,n,i,o,r]=A(s);return{id:g(e),name:g(t),status:ke(n),seconds:x(i),error:g(o),groupName:g(r)}}var Di=500,Hi=15e3,oa=1008,ra=1,Ht=class{constructor(e,t){this.make=e;this.events=t}socket=null;timer=null;wait=Di;isDisposed=!1;open(){this.timer=null;let e=!1,t=this.make();this.socket=t,t.onopen=()=>{e=!0,this.wait=Di,this.events.connected()},t.onmessage=n=>{try{this.events.message(zi(String(n.data)))}catch(i){console.error("scaler_lab: the server said what this page does not understand",i)}},t.onclose=n=>{this.isDisposed||this.socket!==t||(this.socket=null,this.events.lost(e?"The connection to the Jupyter server was lost: trying again.":"The Jupyter server does not answer here: it may be down, or have no scaler_lab."),this.wait=n.code===oa?Hi:this.wait,this.timer=setTimeout(()=>{this.open()},this.wait),this.wait=Math.min(2*this.wait,Hi))}}send(e){this.socket?.readyState===ra&&this.socket.send(JSON.stringify(e))}dispose(){this.isDisposed=!0,this.timer!==null&&clearTimeout(this.timer),this.socket?.close()}};var ji=20,la=50,jt=class{engines=[];failures=new Map;note(e,t){let n=t.filter(({status:i})=>i==="failed");if(n.length>0){let i=this.failures.get(e.id)??[];this.failures.set(e.id,[...i,...n].slice(0,la))}}has(e){return this.engines.some(({id:t})=>t===e)}dismiss(e){this.engines=this.engines.filter(({id:t})=>t!==e),this.failures.delete(e)}end(e,t){if(e===void 0||!aa(e))return[];let n=this.failures.get(e.id)??[];if(this.failures.delete(e.id),t.size===0&&n.length>0){let o=n.map((r,l)=>da(r,l,t.now()));t.apply({kind:"snapshot",version:0,part:0,parts:1,rows:o,counts:null,isBehind:!1}),t.apply({kind:"closed",reason:"This engine has ended.  Only its failures are known."})}let i=[e,...this.engines.filter(({id:o})=>o!==e.id)];return this.engines=i.slice(0,ji),i.slice(ji).map(({id:o})=>o)}};function aa({counts:s}){return s!==null&&k.some(e=>s[e]>0)}function da({id:s,name:e,status:t,seconds:n,error:i},o,r){return{id:s,number:o+1,name:e,status:t,version:o,submittedAt:r-n,groupName:"",worker:"",startedAt:r-n,endedAt:r,cancelRequestedAt:null,cancelRequestedBy:"",cancelResolution:null,cancelSeconds:null,error:i,detail:"",progress:null,outputBytes:0,attempt:1,tags:[],cell:""}}var Wt=class{store;ids=new Map;counts=new Map;constructor(){this.store=new te({resync:()=>{}}),this.store.apply({kind:"welcome",protocol:0,engineId:"",label:"All tasks",pid:0,workerCount:0,canStopRunning:!0,reportsStarts:!0,program:""}),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null,isBehind:!1})}merge(e,t,n,i){let o=this.idsOf(e.id);if(this.counts.has(e.id)||this.store.restartRate(),this.counts.set(e.id,n.counts),t.kind==="snapshot"){let l=t.part===t.parts-1?[...o].filter(a=>n.get(a)===void 0):[];this.change(e,t.rows,l,i)}else t.kind==="changes"&&this.change(e,t.rows,t.forgotten,i)}drop(e){let t=this.ids.get(e);t!==void 0&&(this.ids.delete(e),this.counts.delete(e),this.store.restartRate(),this.apply([],[...t]))}change(e,t,n,i){let o=this.idsOf(e.id);for(let r of t)o.add(r.id);for(let r of n)o.delete(r);this.apply(t.map(r=>({...r,worker:ca(e,r)})),n,i)}apply(e,t,n){let i=this.store.version;this.store.apply({kind:"changes",since:i,version:i+1,rows:e,forgotten:t,counts:this.sum()},n)}sum(){let e=B();for(let t of this.counts.values())for(let n of k)e[n]+=t[n];return e}idsOf(e){let t=this.ids.get(e);return t===void 0&&(t=new Set,this.ids.set(e,t)),t}};function ca(s,e){return e.worker===""?s.title:`${s.title}, ${e.worker}`}var Wi=1e4,qt=class{constructor(e,t){this.channel=e;this.api=t}engines=[];connection="connecting";trouble="";merged=new Wt;history=new jt;stores=new Map;known=new Map;listeners=new Set;endListeners=new Set;subscription="none";sent="";followers=new Map;subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}onEnding(e){return this.endListeners.add(e),()=>{this.endListeners.delete(e)}}get totals(){let e=B();for(let{counts:t}of this.engines)for(let n of k)e[n]+=t?.[n]??0;return e}get ended(){return this.history.engines}dismiss(e){this.history.dismiss(e),this.stores.delete(e),this.known.delete(e),this.notify()}engine(e){return this.engines.find(({id:t})=>t===e)??this.known.get(e)}runs(e){return this.engines.some(({id:t})=>t===e)}successor(e){let t=this.engine(e);if(!(t===void 0||this.runs(e)||t.program===""))return this.engines.findLast(({program:n,place:i,startedAt:o})=>n===t.program&&i===t.place&&o>t.startedAt)}watch(e){this.subscription=e,this.sendSubscription()}follow(e,t){let n=this.followers.get(e)??new Set;return this.followers.set(e,n),n.add(t),t(this.store(e).rows),this.sendSubscription(),()=>{n.delete(t),n.size===0&&this.followers.delete(e),this.sendSubscription()}}store(e){if(e===null)return this.merged.store;let t=this.stores.get(e);return t===void 0&&(t=new te({resync:()=>{this.channel.send(["resync",e])}}),this.stores.set(e,t)),t}async cancelAll(e,t=!1){let n=e===null?this.engines.map(({id:o})=>o):[e],i={all:!0,only_queued:t};return qi(await Promise.all(n.map(o=>this.api.cancel(o,i))))}cancel(e,t){return this.api.cancel(e,{task_ids:[t],force:!1,only_queued:!1})}actions(e){let t=(i,o)=>Promise.all(this.byEngine(e,i).map(([r,l])=>o(r,l))).then(qi),n=i=>{let[o]=this.byEngine(e,[i]);return o===void 0?Promise.reject(new Error("its engine is gone")):this.api.details(o[0],i)};return{cancel:(i,o,r)=>t(i,(l,a)=>this.api.cancel(l,{task_ids:a,force:o,only_queued:r})),cancelAll:i=>this.cancelAll(e,i),retry:i=>t(i,(o,r)=>this.api.retry(o,r)),traceback:async i=>(await n(i)).traceback,details:n,ownerOf:i=>{let[o]=this.byEngine(e,[i]);return(o===void 0?void 0:this.engine(o[0]))?.title??""}}}connected(){this.connection="live",this.trouble="",this.sent="",this.sendSubscription(),this.notify()}lost(e){this.connection="lost",this.trouble=e,this.notify()}apply(e){switch(e.kind){case"engines":this.applyEngines(e.engines);break;case"feed":{let t=this.engine(e.engineId),n=this.store(e.engineId);for(let i of e.messages){if(n.apply(i,e.now),i.kind==="snapshot"||i.kind==="changes")for(let o of this.followers.get(e.engineId)??[])o(i.rows);t!==void 0&&this.merged.merge(t,i,n,e.now)}break}case"ended":{let t=this.engine(e.engineId);t!==void 0&&this.history.note(t,e.tasks);for(let n of[...this.endListeners])n(e);break}}}applyEngines(e){let t=this.engines;this.engines=e;for(let n of e)this.known.set(n.id,n);for(let{id:n}of t)if(!this.runs(n)){this.merged.drop(n);let i=this.stores.get(n);i!==void 0&&i.phase!=="ended"&&i.apply({kind:"closed",reason:"This engine has ended."});let o=this.history.end(this.known.get(n),this.store(n));for(let r of[...o,...this.history.has(n)?[]:[n]])this.isWatchedAlone(r)||(this.stores.delete(r),this.known.delete(r))}this.sendSubscription(),this.notify()}isWatchedAlone(e){return typeof this.subscription=="object"&&this.subscription.only===e}sendSubscription(){let{subscription:e}=this,t=e==="none"?[]:e==="all"?this.engines.map(({id:r})=>r):this.runs(e.only)?[e.only]:[],n=[...this.followers.keys()].filter(r=>this.runs(r)),i=[...new Set([...t,...n])],o=i.join(" ");o!==this.sent&&this.connection==="live"&&(this.sent=o,this.channel.send(["watch",i]))}byEngine(e,t){let n=new Map;for(let i of t){let o=e??this.engines.find(r=>this.stores.get(r.id)?.get(i))?.id;if(o!==void 0){let r=n.get(o);r===void 0?n.set(o,[i]):r.push(i)}}return[...n].flatMap(([i,o])=>{let r=[];for(let l=0;l<o.length;l+=Wi)r.push([i,o.slice(l,l+Wi)]);return r})}notify(){for(let e of[...this.listeners])e()}};function qi(s){return{accepted:s.reduce((e,{accepted:t})=>e+t,0),trouble:s.find(({trouble:e})=>e!=="")?.trouble??""}}var Gi={id:`${N}:tasks`,description:"Provides the tasks of every engine, as the Jupyter server sees them.",autoStart:!0,provides:j,activate:s=>{let{serverSettings:e}=s.serviceManager,t=new Dt(e),n=new qt({send:r=>{i.send(r)}},t),i=new Ht(()=>Fi(e),{connected:()=>{n.connected()},lost:r=>{n.lost(r)},message:r=>{n.apply(r)}});wn({follow:(r,l)=>n.follow(r,l),cancel:(r,l,a,d)=>t.cancel(r,{task_ids:l,force:a,only_queued:d}),retry:(r,l)=>t.retry(r,l),details:(r,l)=>t.details(r,l)});let o=new Ln(n);return i.open(),o}},Ln=class{constructor(e){this.model=e;this.changed=new Bi.Signal(this),e.subscribe(()=>{this.changed.emit()})}goToCell=null;changed};var ua=[Gi,Ei,Pi,Li,ci,Fn,Oi,yi],ha=ua;

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
